// SPDX-License-Identifier: Apache-2.0
// JSON Web Signatures (RFC 7515) with the signer's certificates inside, plain or of level JAdES-B-B (ETSI TS 119 182-1): RS256, RS384,
// RS512, and PS256 where the card does PSS. In two halves like CMS: everything but the value is prepared without the card.
#pragma once

#include <memory>
#include <string>

#include "myna/documents/report.hpp"
#include "myna/documents/document.hpp"

namespace myna {

enum class JwsSerialization : std::uint8_t { compact, flattened, general };

// A content stands in one line of base64url, and is hashed behind a header that holds the certificates: so it is held in memory.
inline constexpr std::size_t kMaxJwsContent = 16 << 20;

struct JwsRequest {
  ByteView signer;                 // DER of the certificate whose key signs
  ByteView issuer;                 // DER of its CA, included beside it
  Digest digest = Digest::sha256;
  bool pss = false;                // PS256; with sha256 only
  bool jades = false;              // adds iat, and sigD to a detached one
  bool detached = false;           // RFC 7515, appendix F; jades: by hash (sigD, ObjectIdByURIHash)
  JwsSerialization serialization = JwsSerialization::compact;
  std::chrono::sys_seconds signing_time;
  std::string content_name;        // for sigD
};

// A signature that waits for the card.
class JwsSignature {
 public:
  // Errors: malformed (certificate), invalid_argument (pss with another digest), document_unsupported (a content above the limit).
  static Result<JwsSignature> prepare(const JwsRequest& request, ByteView content);

  // DigestInfo over the signing input; for PSS its last 32 bytes are the hash to sign.
  Result<Bytes> digest_info() const;

  // The whole JWS; with a time stamp in etsiU when there is a stamper (jades and a JSON serialisation only). Errors: signature_mismatch,
  // invalid_argument, those of the time stamp.
  Result<std::string> finish(ByteView signature, ByteView content, TimeStamper* stamper = nullptr) const;

 private:
  JwsSerialization serialization_{};
  bool pss_ = false, jades_ = false, detached_ = false;
  Digest digest_{};
  std::string header_;             // base64url
  Bytes signer_;
  Bytes hash_;                     // of the signing input
};

// A JWS taken apart, compact or JSON (RFC 7515, 7).
class Jws {
 public:
  // Errors: malformed, also for duplicate members and for base64url that is not canonical.
  static Result<Jws> parse(ByteView text);

  bool attached() const noexcept { return !payload_.empty(); }
  // Every signature, over the payload inside or over `content`. Algorithms are those above, the key is that of the first certificate in x5c
  // and no other.
  std::vector<SignerReport> verify(ByteView content, const VerifyOptions& options) const;

  struct Signature {
    std::string header;            // base64url, as it was signed
    std::string protected_json;
    std::string unprotected_json;  // empty: none
    Bytes value;
  };

 private:
  std::string payload_;            // base64url
  std::vector<Signature> signatures_;
};

}  // namespace myna
