// SPDX-License-Identifier: Apache-2.0
// CMS signatures taken apart and verified, for every format that has them inside. Private to libmyna/documents.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "myna/crypto/crypto.hpp"
#include "myna/documents/input.hpp"
#include "myna/documents/report.hpp"

namespace myna {

// A signature taken apart: the content, if it is inside, passes by once and is never held.
class CmsReader {
 public:
  // Reads BER or DER up to its end. The content goes to `content`, which is called with pieces. Errors: malformed, those
  // of source and sink.
  static Result<CmsReader> read(const ByteSource& source, const ByteSink& content);

  bool attached() const noexcept { return attached_; }
  // The signature without its content, as BER.
  ByteView detached() const noexcept { return detached_; }

 private:
  Bytes detached_;
  bool attached_ = false;
};

// The digests that a signature may use, over content that passes by once: which one is wanted stands behind it.
class ContentHashes {
 public:
  ContentHashes();
  void update(ByteView piece);
  void finish();
  ByteView of(Digest digest) const;   // after finish(); sha256, sha384 and sha512
  // The content is a SET OF attributes. A signature without signed attributes over such content may be one with attributes that was
  // taken from another content: the value is the same (RFC 5652, 5.4).
  bool looks_like_attributes() const;

 private:
  std::map<Digest, std::unique_ptr<Hasher>> hashers_;
  std::map<Digest, Bytes> values_;
  Bytes start_;
  std::uint64_t size_ = 0;
};

// Verifies every signer over the content. Errors: malformed when this is no SignedData; what is checked and bad is in the
// report and is no error, a signature without a signer too.
Result<std::vector<SignerReport>> verify_cms(ByteView detached, const ContentHashes& content, const VerifyOptions& options);

}  // namespace myna
