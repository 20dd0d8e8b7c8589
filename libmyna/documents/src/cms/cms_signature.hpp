// SPDX-License-Identifier: Apache-2.0
// CMS signatures over a hash in two halves: everything but the signature value is prepared without the card, and the card signs one
// DigestInfo. Private to libmyna/documents.
#pragma once

#include <chrono>
#include <memory>

#include "myna/documents/document.hpp"

namespace myna {

struct CmsRequest {
  ByteView signer;            // DER of the certificate whose key signs
  ByteView issuer;            // DER of its CA, included beside it
  Digest digest = Digest::sha256;
  ByteView content_hash;      // of the whole content, by `digest`
  std::chrono::sys_seconds signing_time;
  bool with_signing_time = true;   // as a signed attribute
};

// A signature that waits for the card.
class CmsSignature {
 public:
  // Signed attributes: contentType (data), messageDigest, signingTime, signing-certificate-v2. Errors: malformed
  // (certificate), invalid_argument (length of the hash), crypto_failed.
  static Result<CmsSignature> prepare(const CmsRequest& request);
  CmsSignature(CmsSignature&&) noexcept;
  CmsSignature& operator=(CmsSignature&&) noexcept;
  ~CmsSignature();

  // What the card signs: DigestInfo over the DER of the signed attributes.
  Result<Bytes> digest_info() const;

  // DER of the detached ContentInfo; with a time stamp over the value when there is a stamper (CAdES-B-T). Errors: signature_mismatch when
  // the value does not fit the certificate, those of the time stamp.
  Result<Bytes> finish(ByteView signature, TimeStamper* stamper = nullptr);

 private:
  struct State;
  explicit CmsSignature(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Writes the signature with its content inside, as BER with indefinite lengths, in constant memory. The content must be
// what was hashed: the caller compares. Errors: malformed (not a detached SignedData), those of source and sink.
Status attach_content(ByteView detached, const ByteSource& content, const ByteSink& out);

}  // namespace myna
