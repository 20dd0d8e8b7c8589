// SPDX-License-Identifier: Apache-2.0
// --format jws: plain JWS or JAdES-B-B, and B-T in a JSON serialisation. The content is read once more at the card, because it is hashed
// behind a header that holds the certificates; so its size is limited.
#include <filesystem>

#include "cli/files/file_hash.hpp"
#include "myna/documents/jws.hpp"
#include "sign_format.hpp"

namespace myna::cli {
namespace {

struct JwsPlan {
  std::string path;
  FileHash file;
  JwsRequest request;              // all but what the card gives
  TimeStamper* stamper;
};

Result<Bytes> content_of(const JwsPlan& plan) {
  MYNA_TRY(FileStream file, FileStream::open(plan.path));
  MYNA_TRY(Bytes content, file.read_all(kMaxJwsContent));
  if (hash(Digest::sha256, content) != plan.file.facts.sha256) return fail(Errc::malformed);   // the file changed under our hands
  return content;
}

class PendingJws final : public DocumentSignature {
 public:
  PendingJws(const JwsPlan& plan, JwsSignature jws) : plan_(plan), jws_(std::move(jws)) {}

  Result<Bytes> digest_info() const override { return jws_.digest_info(); }

  Status finish(ByteView signature, const ByteSink& out) override {
    MYNA_TRY(const Bytes content, content_of(plan_));
    MYNA_TRY(const std::string text, jws_.finish(signature, content, plan_.stamper));
    return out(as_bytes(text));
  }

 private:
  const JwsPlan& plan_;
  JwsSignature jws_;
};

class JwsDocument final : public Document {
 public:
  explicit JwsDocument(JwsPlan plan) : plan_(std::move(plan)) {}

  const DocumentFacts& facts() const override { return plan_.file.facts; }

  Result<std::unique_ptr<DocumentSignature>> prepare(const SigningIdentity& identity) override {
    MYNA_TRY(const Bytes content, content_of(plan_));
    JwsRequest request = plan_.request;
    request.signer = identity.signer;
    request.issuer = identity.issuer;
    request.signing_time = identity.signing_time;
    MYNA_TRY(auto jws, JwsSignature::prepare(request, content));
    return std::unique_ptr<DocumentSignature>(std::make_unique<PendingJws>(plan_, std::move(jws)));
  }

 private:
  JwsPlan plan_;
};

JwsSerialization serialization_of(const std::string& name) {
  if (name == "compact") return JwsSerialization::compact;
  return name == "flattened" ? JwsSerialization::flattened : JwsSerialization::general;
}

}  // namespace

Result<std::unique_ptr<Document>> open_jws(const SignInput& input) {
  const SignOptions& options = input.options;
  MYNA_TRY(FileHash file, hash_file(input.paths.front(), Digest::sha256));
  if (file.facts.bytes > kMaxJwsContent) return fail(Errc::document_unsupported);
  JwsRequest request{.signer = {}, .issuer = {}, .digest = chosen_digest(options), .pss = options.jws.pss,
                     .jades = options.profile == "jades",
                     .detached = options.detached, .serialization = serialization_of(options.jws.serialization), .signing_time = {},
                     .content_name = std::filesystem::path(input.paths.front()).filename().string()};
  return std::unique_ptr<Document>(std::make_unique<JwsDocument>(
      JwsPlan{.path = input.paths.front(), .file = std::move(file), .request = std::move(request), .stamper = input.stamper}));
}

}  // namespace myna::cli
