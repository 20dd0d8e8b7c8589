// SPDX-License-Identifier: Apache-2.0
// myna verify for CMS: BER, DER or PEM, the content inside or beside it, in constant memory.
#include <algorithm>

#include "cli/files/file_stream.hpp"
#include "myna/crypto/pem.hpp"
#include "verify_format.hpp"

namespace myna::cli {
namespace {

constexpr Byte kSequence = 0x30;

// What openssl and GnuTLS write; a certificate is no signature.
constexpr std::array kLabels{std::string_view("CMS"), std::string_view("PKCS7"), std::string_view("PKCS #7 SIGNED DATA")};

// PEM is taken apart in memory, everything else streams.
Result<CmsReader> read_signature(const std::string& path, const ByteSink& content) {
  MYNA_TRY(FileStream probe, FileStream::open(path));
  std::array<Byte, 64> start{};
  MYNA_TRY(const std::size_t count, probe.read(start));
  const std::string_view text = as_text(ByteView(start).first(count));
  if (!text.starts_with(kPemBegin)) {
    MYNA_TRY(FileStream file, FileStream::open(path));
    return CmsReader::read(file.source(), content);
  }
  if (std::ranges::find(kLabels, pem_label(text)) == kLabels.end()) return fail(Errc::malformed);
  MYNA_TRY(const Bytes der, read_der_file(path));
  ByteReader rest(der);
  return CmsReader::read([&rest](std::span<Byte> out) -> Result<std::size_t> {
    MYNA_TRY(const ByteView part, rest.take(std::min(out.size(), rest.remaining())));
    std::ranges::copy(part, out.begin());
    return part.size();
  }, content);
}

}  // namespace

bool looks_like_cms(ByteView start, std::string_view) {
  return as_text(start).starts_with(kPemBegin) || (!start.empty() && start.front() == kSequence);
}

Result<Verification> verify_cms_file(const VerifyInput& input) {
  ContentHashes hashes;
  MYNA_TRY(const CmsReader reader, read_signature(input.path, [&hashes](ByteView piece) {
    hashes.update(piece);
    return Status{};
  }));
  if (auto text = content_objection(reader.attached(), input)) return Verification{.reports = {}, .objection = text};
  for (const std::string& content : input.contents) {
    MYNA_CHECK(for_each_piece(content, [&hashes](ByteView piece) { hashes.update(piece); }));
  }
  hashes.finish();
  MYNA_TRY(auto reports, verify_cms(reader.detached(), hashes, input.options));
  return Verification{.reports = std::move(reports), .objection = {}};
}

}  // namespace myna::cli
