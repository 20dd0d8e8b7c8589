// SPDX-License-Identifier: Apache-2.0
#include "myna/documents/raw.hpp"

#include "document/hashed_content.hpp"

namespace myna {
namespace {

class RawSignature final : public DocumentSignature {
 public:
  RawSignature(Bytes digest_info, ByteView signer) : info_(std::move(digest_info)), signer_(signer.begin(), signer.end()) {}

  Result<Bytes> digest_info() const override { return info_; }

  Status finish(ByteView signature, const ByteSink& out) override {
    if (!signer_.empty()) {
      MYNA_TRY(const auto key, certificate_public_key(signer_));
      MYNA_CHECK(key->verify_pkcs1(info_, signature));
    }
    return out(signature);
  }

 private:
  Bytes info_;
  Bytes signer_;   // empty: nobody asked for the check
};

class RawDocument final : public Document {
 public:
  RawDocument(HashedContent content, Digest digest) : content_(std::move(content)), digest_(digest) {}

  const DocumentFacts& facts() const override { return content_.facts; }

  Result<std::unique_ptr<DocumentSignature>> prepare(const SigningIdentity& identity) override {
    MYNA_TRY(Bytes info, digest_info(digest_, content_.hash));
    return std::unique_ptr<DocumentSignature>(std::make_unique<RawSignature>(std::move(info), identity.signer));
  }

 private:
  HashedContent content_;
  Digest digest_;
};

}  // namespace

Result<std::unique_ptr<Document>> open_raw(const InputPtr& content, Digest digest) {
  MYNA_TRY(HashedContent hashed, hash_content(*content, digest));
  return std::unique_ptr<Document>(std::make_unique<RawDocument>(std::move(hashed), digest));
}

}  // namespace myna
