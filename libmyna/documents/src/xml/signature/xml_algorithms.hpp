// SPDX-License-Identifier: Apache-2.0
// The algorithms of XML signatures that are used and accepted, and the names of those that are refused. Private to libmyna/documents.
#pragma once

#include <libxml/c14n.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "myna/crypto/crypto.hpp"

namespace myna::xml {

inline constexpr std::string_view kEnveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
inline constexpr std::string_view kInclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
inline constexpr std::string_view kExclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";

struct C14nRow {
  std::string_view uri;
  int mode;
  bool comments;
};
inline constexpr std::array kC14n{
    C14nRow{kInclusive, XML_C14N_1_0, false},
    C14nRow{"http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments", XML_C14N_1_0, true},
    C14nRow{kExclusive, XML_C14N_EXCLUSIVE_1_0, false},
    C14nRow{"http://www.w3.org/2001/10/xml-exc-c14n#WithComments", XML_C14N_EXCLUSIVE_1_0, true},
    C14nRow{"http://www.w3.org/2006/12/xml-c14n11", XML_C14N_1_1, false},
    C14nRow{"http://www.w3.org/2006/12/xml-c14n11#WithComments", XML_C14N_1_1, true},
};

// RFC 6931, 2.1 and 2.3; SHA-256 and SHA-512 as digests are older and stand in the namespace of XML encryption.
struct DigestRow {
  Digest digest;
  std::string_view digest_uri;
  std::string_view signature_uri;
};
inline constexpr std::array kDigests{
    DigestRow{Digest::sha256, "http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"},
    DigestRow{Digest::sha384, "http://www.w3.org/2001/04/xmldsig-more#sha384", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384"},
    DigestRow{Digest::sha512, "http://www.w3.org/2001/04/xmlenc#sha512", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"},
};

inline const C14nRow* c14n_of(std::string_view uri) {
  const auto row = std::ranges::find(kC14n, uri, &C14nRow::uri);
  return row == kC14n.end() ? nullptr : &*row;
}

inline std::optional<Digest> digest_of(std::string_view uri, std::string_view DigestRow::*column) {
  const auto row = std::ranges::find(kDigests, uri, column);
  return row == kDigests.end() ? std::nullopt : std::optional(row->digest);
}

inline const DigestRow* row_of(Digest digest) {
  const auto row = std::ranges::find(kDigests, digest, &DigestRow::digest);
  return row == kDigests.end() ? nullptr : &*row;
}

// What is refused by its name. Everything else that is in no table is refused as unknown.
struct RefusedRow {
  std::string_view uri;
  Text reason;
};
inline constexpr Text kWeakDigest{"SHA-1 or MD5: too weak to prove anything", "SHA-1/MD5 は弱いため受け付けません"};
inline constexpr Text kHmac{"HMAC: a shared secret proves no signer (and a public key is no secret)", "HMACは署名者を証明しないため受け付けません"};
inline constexpr std::array kRefused{
    RefusedRow{"http://www.w3.org/2000/09/xmldsig#sha1", kWeakDigest},
    RefusedRow{"http://www.w3.org/2000/09/xmldsig#rsa-sha1", kWeakDigest},
    RefusedRow{"http://www.w3.org/2000/09/xmldsig#dsa-sha1", kWeakDigest},
    RefusedRow{"http://www.w3.org/2001/04/xmldsig-more#rsa-md5", kWeakDigest},
    RefusedRow{"http://www.w3.org/2001/04/xmldsig-more#md5", kWeakDigest},
    RefusedRow{"http://www.w3.org/2000/09/xmldsig#hmac-sha1", kHmac},
    RefusedRow{"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", kHmac},
    RefusedRow{"http://www.w3.org/2001/04/xmldsig-more#hmac-sha384", kHmac},
    RefusedRow{"http://www.w3.org/2001/04/xmldsig-more#hmac-sha512", kHmac},
    RefusedRow{"http://www.w3.org/TR/1999/REC-xslt-19991116",
               {"an XSLT transform: what is signed would be its output", "XSLT変換は受け付けません"}},
    RefusedRow{"http://www.w3.org/TR/1999/REC-xpath-19991116",
               {"an XPath transform: it can leave anything out", "XPath変換は受け付けません"}},
    RefusedRow{"http://www.w3.org/2002/06/xmldsig-filter2",
               {"an XPath Filter 2 transform: it can leave anything out", "XPath Filter 2変換は受け付けません"}},
    RefusedRow{"http://www.w3.org/2000/09/xmldsig#base64",
               {"a base64 transform: what is signed would be hidden", "base64変換は受け付けません"}},
};
inline constexpr Text kUnknownAlgorithm{"an algorithm that is not on the list", "許可されていないアルゴリズムです"};

inline Text refusal_of(std::string_view uri) {
  const auto row = std::ranges::find(kRefused, uri, &RefusedRow::uri);
  return row == kRefused.end() ? kUnknownAlgorithm : row->reason;
}

}  // namespace myna::xml
