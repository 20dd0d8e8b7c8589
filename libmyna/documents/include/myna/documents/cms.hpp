// SPDX-License-Identifier: Apache-2.0
// CMS signatures of level CAdES-B-B, with a time stamp B-T (RFC 5652, RFC 5035, ETSI EN 319 122-1), and their verification. The content
// streams in both, however large.
#pragma once

#include <memory>
#include <vector>

#include "myna/documents/document.hpp"
#include "myna/documents/report.hpp"

namespace myna {

struct CmsOptions {
  Digest digest = Digest::sha256;        // sha256, sha384 or sha512
  bool detached = false;                 // without the content
  TimeStamper* time_stamper = nullptr;   // must outlive the document
};

// Reads and hashes the content. Errors: those of the input.
Result<std::unique_ptr<Document>> open_cms(InputPtr content, const CmsOptions& options);

class ContentHashes;

// A signature taken apart: BER, DER, or PEM of at most 8 MiB.
class SignedCms {
 public:
  // A content inside is hashed as it passes by. Errors: malformed, those of the input.
  static Result<SignedCms> read(const DocumentInput& signature);

  bool attached() const noexcept { return attached_; }
  // Every signer, over the content inside, or over `content` where that was left out. Errors: malformed when this is no SignedData,
  // invalid_argument when the content is given and inside, or neither; those of the content. What is checked and bad is in the report and
  // is no error, a signature without a signer too.
  Result<std::vector<SignerReport>> verify(const DocumentInput* content, const VerifyOptions& options) const;

 private:
  Bytes detached_;
  bool attached_ = false;
  std::shared_ptr<const ContentHashes> inside_;
};

}  // namespace myna
