// SPDX-License-Identifier: Apache-2.0
// Signatures as files have them: BER and DER stream, PEM is taken apart in memory.
#include <algorithm>
#include <array>

#include "cms_verify.hpp"
#include "myna/crypto/pem.hpp"
#include "myna/documents/cms.hpp"

namespace myna {
namespace {

constexpr std::size_t kMaxPem = 8 << 20;

// What openssl and GnuTLS write; a certificate is no signature.
constexpr std::array kPemLabels{std::string_view("CMS"), std::string_view("PKCS7"), std::string_view("PKCS #7 SIGNED DATA")};

bool is_labelled(std::string_view text) { return std::ranges::find(kPemLabels, pem_label(text)) != kPemLabels.end(); }

Result<CmsReader> read_pem(const DocumentInput& signature, const ByteSink& content) {
  MYNA_TRY(const Bytes text, read_all(signature, kMaxPem));
  MYNA_TRY(const Bytes der, der_from_pem(text));
  MYNA_TRY(const ByteSource source, memory_input(der)->open());
  return CmsReader::read(source, content);
}

Result<CmsReader> read_signature(const DocumentInput& signature, const ByteSink& content) {
  std::array<Byte, 64> start{};
  MYNA_TRY(const ByteSource probe, signature.open());
  MYNA_TRY(const std::size_t count, probe(start));
  const std::string_view text = as_text(ByteView(start).first(count));
  if (text.starts_with(kPemBegin)) return is_labelled(text) ? read_pem(signature, content) : Result<CmsReader>(fail(Errc::malformed));
  MYNA_TRY(const ByteSource source, signature.open());
  return CmsReader::read(source, content);
}

ByteSink into(ContentHashes& hashes) {
  return [&hashes](ByteView piece) {
    hashes.update(piece);
    return Status{};
  };
}

}  // namespace

Result<SignedCms> SignedCms::read(const DocumentInput& signature) {
  const auto hashes = std::make_shared<ContentHashes>();
  MYNA_TRY(const CmsReader reader, read_signature(signature, into(*hashes)));
  hashes->finish();
  SignedCms cms;
  cms.detached_.assign(reader.detached().begin(), reader.detached().end());
  cms.attached_ = reader.attached();
  cms.inside_ = hashes;
  return cms;
}

Result<std::vector<SignerReport>> SignedCms::verify(const DocumentInput* content, const VerifyOptions& options) const {
  if (attached_ == (content != nullptr)) return fail(Errc::invalid_argument);
  if (attached_) return verify_cms(detached_, *inside_, options);
  ContentHashes hashes;
  MYNA_CHECK(for_each_piece(*content, into(hashes)));
  hashes.finish();
  return verify_cms(detached_, hashes, options);
}

}  // namespace myna
