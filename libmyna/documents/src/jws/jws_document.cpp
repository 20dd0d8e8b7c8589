// SPDX-License-Identifier: Apache-2.0
// Contents to sign as JWS. A content is read once more at the card, because it is hashed behind a header that holds the certificates; so
// its size is limited.
#include "document/hashed_content.hpp"
#include "jws_algorithms.hpp"
#include "jws_signature.hpp"

namespace myna {
namespace {

struct JwsPlan {
  InputPtr input;
  DocumentFacts facts;
  JwsOptions options;
};

Result<Bytes> content_of(const JwsPlan& plan) {
  MYNA_TRY(Bytes content, read_all(*plan.input, kMaxJwsContent));
  if (hash(Digest::sha256, content) != plan.facts.sha256) return fail(Errc::malformed);   // it changed under our hands
  return content;
}

class PendingJws final : public DocumentSignature {
 public:
  PendingJws(const JwsPlan& plan, JwsSignature jws) : plan_(plan), jws_(std::move(jws)) {}

  Result<Bytes> digest_info() const override { return jws_.digest_info(); }

  Status finish(ByteView signature, const ByteSink& out) override {
    MYNA_TRY(const Bytes content, content_of(plan_));
    MYNA_TRY(const std::string text, jws_.finish(signature, content, plan_.options.time_stamper));
    return out(as_bytes(text));
  }

 private:
  const JwsPlan& plan_;
  JwsSignature jws_;
};

class JwsDocument final : public Document {
 public:
  explicit JwsDocument(JwsPlan plan) : plan_(std::move(plan)) {}

  const DocumentFacts& facts() const override { return plan_.facts; }

  Result<std::unique_ptr<DocumentSignature>> prepare(const SigningIdentity& identity) override {
    MYNA_TRY(const Bytes content, content_of(plan_));
    MYNA_TRY(auto jws, JwsSignature::prepare(plan_.options, identity, content));
    return std::unique_ptr<DocumentSignature>(std::make_unique<PendingJws>(plan_, std::move(jws)));
  }

 private:
  JwsPlan plan_;
};

bool go_together(const JwsOptions& options) {
  const bool has_place = options.jades && options.serialization != JwsSerialization::compact;
  return jws_algorithm(options.digest, options.pss) != nullptr && (options.time_stamper == nullptr || has_place);
}

}  // namespace

Result<std::unique_ptr<Document>> open_jws(InputPtr content, JwsOptions options) {
  if (!go_together(options)) return fail(Errc::invalid_argument);
  MYNA_TRY(HashedContent hashed, hash_content(*content, Digest::sha256));
  if (hashed.facts.bytes > kMaxJwsContent) return fail(Errc::document_unsupported);
  return std::unique_ptr<Document>(std::make_unique<JwsDocument>(
      JwsPlan{.input = std::move(content), .facts = std::move(hashed.facts), .options = std::move(options)}));
}

}  // namespace myna
