// SPDX-License-Identifier: Apache-2.0
// --format cms: CAdES-B-B, with a time stamp CAdES-B-T. The content streams; only its hash is kept.
#include "cli/files/file_hash.hpp"
#include "myna/documents/cms.hpp"
#include "sign_format.hpp"

namespace myna::cli {
namespace {

struct CmsPlan {
  std::string path;
  FileHash file;
  Digest digest;
  bool detached;
  TimeStamper* stamper;
};

class PendingCms final : public DocumentSignature {
 public:
  PendingCms(const CmsPlan& plan, CmsSignature cms) : plan_(plan), cms_(std::move(cms)) {}

  Result<Bytes> digest_info() const override { return cms_.digest_info(); }

  Status finish(ByteView signature, const ByteSink& out) override {
    MYNA_TRY(const Bytes detached, cms_.finish(signature, plan_.stamper));
    return plan_.detached ? out(detached) : write_attached(detached, out);
  }

 private:
  Status write_attached(ByteView detached, const ByteSink& out) const {
    MYNA_TRY(FileStream file, FileStream::open(plan_.path));
    const auto hasher = make_hasher(plan_.digest);
    const ByteSource hashed = [&](std::span<Byte> piece) -> Result<std::size_t> {
      MYNA_TRY(const std::size_t count, file.read(piece));
      hasher->update(ByteView(piece).first(count));
      return count;
    };
    MYNA_CHECK(attach_content(detached, hashed, out));
    return hasher->finish() == plan_.file.hash ? Status{} : Status{fail(Errc::malformed)};   // the file changed under our hands
  }

  const CmsPlan& plan_;
  CmsSignature cms_;
};

class CmsDocument final : public Document {
 public:
  explicit CmsDocument(CmsPlan plan) : plan_(std::move(plan)) {}

  const DocumentFacts& facts() const override { return plan_.file.facts; }

  Result<std::unique_ptr<DocumentSignature>> prepare(const SigningIdentity& identity) override {
    MYNA_TRY(auto cms, CmsSignature::prepare({.signer = identity.signer, .issuer = identity.issuer, .digest = plan_.digest,
                                              .content_hash = plan_.file.hash, .signing_time = identity.signing_time}));
    return std::unique_ptr<DocumentSignature>(std::make_unique<PendingCms>(plan_, std::move(cms)));
  }

 private:
  CmsPlan plan_;
};

}  // namespace

Result<std::unique_ptr<Document>> open_cms(const SignInput& input) {
  const Digest digest = chosen_digest(input.options);
  MYNA_TRY(FileHash file, hash_file(input.paths.front(), digest));
  return std::unique_ptr<Document>(std::make_unique<CmsDocument>(
      CmsPlan{.path = input.paths.front(), .file = std::move(file), .digest = digest, .detached = input.options.detached,
              .stamper = input.stamper}));
}

}  // namespace myna::cli
