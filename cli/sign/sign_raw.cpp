// SPDX-License-Identifier: Apache-2.0
// --format raw: a PKCS#1 v1.5 value over the DigestInfo of the file, with either key.
#include "cli/files/file_hash.hpp"
#include "sign_format.hpp"

namespace myna::cli {
namespace {

class RawSignature final : public DocumentSignature {
 public:
  RawSignature(Bytes digest_info, ByteView signer) : info_(std::move(digest_info)), signer_(signer.begin(), signer.end()) {}

  Result<Bytes> digest_info() const override { return info_; }

  // With --check the certificate is there.
  Status finish(ByteView signature, const ByteSink& out) override {
    if (!signer_.empty()) {
      MYNA_TRY(const auto key, certificate_public_key(signer_));
      MYNA_CHECK(key->verify_pkcs1(info_, signature));
    }
    return out(signature);
  }

 private:
  Bytes info_;
  Bytes signer_;
};

class RawDocument final : public Document {
 public:
  RawDocument(FileHash file, Digest digest) : file_(std::move(file)), digest_(digest) {}

  const DocumentFacts& facts() const override { return file_.facts; }

  Result<std::unique_ptr<DocumentSignature>> prepare(const SigningIdentity& identity) override {
    MYNA_TRY(Bytes info, digest_info(digest_, file_.hash));
    return std::unique_ptr<DocumentSignature>(std::make_unique<RawSignature>(std::move(info), identity.signer));
  }

 private:
  FileHash file_;
  Digest digest_;
};

}  // namespace

Result<std::unique_ptr<Document>> open_raw(const SignInput& input) {
  const Digest digest = chosen_digest(input.options);
  MYNA_TRY(FileHash file, hash_file(input.paths.front(), digest));
  return std::unique_ptr<Document>(std::make_unique<RawDocument>(std::move(file), digest));
}

}  // namespace myna::cli
