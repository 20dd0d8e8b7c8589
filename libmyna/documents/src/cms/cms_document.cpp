// SPDX-License-Identifier: Apache-2.0
// Contents to sign as CMS. Only the hash of a content is kept; where it goes into the signature it is read once more.
#include "cms_signature.hpp"
#include "document/hashed_content.hpp"
#include "myna/documents/cms.hpp"

namespace myna {
namespace {

struct CmsPlan {
  InputPtr input;
  HashedContent content;
  CmsOptions options;
};

class PendingCms final : public DocumentSignature {
 public:
  PendingCms(const CmsPlan& plan, CmsSignature cms) : plan_(plan), cms_(std::move(cms)) {}

  Result<Bytes> digest_info() const override { return cms_.digest_info(); }

  Status finish(ByteView signature, const ByteSink& out) override {
    MYNA_TRY(const Bytes detached, cms_.finish(signature, plan_.options.time_stamper));
    return plan_.options.detached ? out(detached) : write_attached(detached, out);
  }

 private:
  Status write_attached(ByteView detached, const ByteSink& out) const {
    MYNA_TRY(const ByteSource content, plan_.input->open());
    const auto hasher = make_hasher(plan_.options.digest);
    const ByteSource hashed = [&](std::span<Byte> piece) -> Result<std::size_t> {
      MYNA_TRY(const std::size_t count, content(piece));
      hasher->update(ByteView(piece).first(count));
      return count;
    };
    MYNA_CHECK(attach_content(detached, hashed, out));
    return hasher->finish() == plan_.content.hash ? Status{} : Status{fail(Errc::malformed)};   // it changed under our hands
  }

  const CmsPlan& plan_;
  CmsSignature cms_;
};

class CmsDocument final : public Document {
 public:
  explicit CmsDocument(CmsPlan plan) : plan_(std::move(plan)) {}

  const DocumentFacts& facts() const override { return plan_.content.facts; }

  Result<std::unique_ptr<DocumentSignature>> prepare(const SigningIdentity& identity) override {
    MYNA_TRY(auto cms, CmsSignature::prepare({.signer = identity.signer, .issuer = identity.issuer, .digest = plan_.options.digest,
                                              .content_hash = plan_.content.hash, .signing_time = identity.signing_time}));
    return std::unique_ptr<DocumentSignature>(std::make_unique<PendingCms>(plan_, std::move(cms)));
  }

 private:
  CmsPlan plan_;
};

}  // namespace

Result<std::unique_ptr<Document>> open_cms(InputPtr content, const CmsOptions& options) {
  MYNA_TRY(HashedContent hashed, hash_content(*content, options.digest));
  return std::unique_ptr<Document>(
      std::make_unique<CmsDocument>(CmsPlan{.input = std::move(content), .content = std::move(hashed), .options = options}));
}

}  // namespace myna
