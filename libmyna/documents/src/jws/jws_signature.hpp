// SPDX-License-Identifier: Apache-2.0
// A JWS in two halves like CMS: everything but the value is prepared without the card. Private to libmyna/documents.
#pragma once

#include <string>

#include "myna/documents/jws.hpp"

namespace myna {

// A signature that waits for the card.
class JwsSignature {
 public:
  // Errors: malformed (certificate), invalid_argument (pss with another digest), document_unsupported (a content above the limit).
  static Result<JwsSignature> prepare(const JwsOptions& options, const SigningIdentity& identity, ByteView content);

  // DigestInfo over the signing input; for PSS its last 32 bytes are the hash to sign.
  Result<Bytes> digest_info() const;

  // The whole JWS; with a time stamp in etsiU when there is a stamper (jades and a JSON serialisation only). Errors: signature_mismatch,
  // invalid_argument, those of the time stamp.
  Result<std::string> finish(ByteView signature, ByteView content, TimeStamper* stamper) const;

 private:
  JwsSerialization serialization_{};
  bool pss_ = false, jades_ = false, detached_ = false;
  Digest digest_{};
  std::string header_;             // base64url
  Bytes signer_;
  Bytes hash_;                     // of the signing input
};

}  // namespace myna
