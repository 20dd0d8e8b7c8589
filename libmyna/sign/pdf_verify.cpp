// SPDX-License-Identifier: Apache-2.0
#include "pdf_verify.hpp"

#include <algorithm>
#include <array>

#include "cms_checks.hpp"
#include "myna/pdf_signature.hpp"
#include "pdf_moj.hpp"

namespace myna::pdf {
namespace {

Result<CmsReader> read_cms(ByteView cms, const ByteSink& content) {
  ByteReader rest(cms);
  return CmsReader::read([&rest](std::span<Byte> out) -> Result<std::size_t> {
    MYNA_TRY(const ByteView part, rest.take(std::min(out.size(), rest.remaining())));
    std::ranges::copy(part, out.begin());
    return part.size();
  }, content);
}

SignerReport only(Check check) { return {.signer = {}, .claimed_time = {}, .checks = {check}}; }

SignerReport judge_cms(const FoundSignature& found, const PdfBytes& bytes, const VerifyOptions& options) {
  constexpr std::string_view kCode = "contents";
  ContentHashes hashes;
  const auto reader = read_cms(found.contents.cms, [](ByteView) { return Status{}; });
  if (!reader) return only(bad(kCode, {"/Contents holds no CMS signature", "/ContentsがCMS署名ではありません"}));
  if (reader->attached()) return only(bad(kCode, {"the CMS signature holds a content of its own", "CMS署名が別の内容を含んでいます"}));
  const Status read = stream_signed(bytes, *found.range.range, [&hashes](ByteView piece) {
    hashes.update(piece);
    return Status{};
  });
  hashes.finish();
  const auto reports = read ? verify_cms(reader->detached(), hashes, options) : Result<std::vector<SignerReport>>(fail(read.error().code));
  if (!reports) return only(bad(kCode, {"/Contents holds no CMS signature", "/ContentsがCMS署名ではありません"}));
  if (reports->size() != 1) return only(bad(kCode, {"more than one signer in one signature", "1つの署名に複数の署名者がいます"}));
  return reports->front();
}

constexpr Text kDamaged{"the file's own tables do not lead to its objects: it is damaged or was tampered with",
                        "ファイルの相互参照が正しくありません（破損または改ざん）"};

Check coverage(const FoundSignature& found, const PdfBytes& bytes) {
  constexpr std::string_view kCode = "coverage";
  if (found.end() == bytes.size()) return good(kCode);
  return bad(kCode, {"the file goes on behind what was signed", "署名された範囲の後ろに続きがあります"});
}

SignerReport report_on(const FoundSignature& found, const PdfBytes& bytes, const PdfVerifyOptions& options, bool widest) {
  SignerReport report;
  const auto judged = [](std::string_view code, Text problem) { return problem.en.empty() ? good(code) : bad(code, problem); };
  if (!found.contents.cms.empty()) report = judge_cms(found, bytes, options.certificates);
  std::vector<Check> checks{judged("field", found.field_problem), judged("byte-range", found.range.problem)};
  if (found.range.range) {
    checks.push_back(judged("contents", found.contents.problem));
    checks.push_back(coverage(found, bytes));
  }
  report.checks.insert(report.checks.begin(), checks.begin(), checks.end());
  if (options.moj) {
    const auto rules = moj_checks({found.value, bytes, found.range.range, found.contents.cms, widest});
    report.checks.insert(report.checks.end(), rules.begin(), rules.end());
  }
  return report;
}

Result<std::vector<SignerReport>> judge(const std::shared_ptr<PdfBytes>& bytes, const PdfVerifyOptions& options) {
  const auto pdf = parse(bytes, bytes->size());
  const auto all = find_signatures(*pdf, *bytes);
  std::vector<SignerReport> reports;
  for (const FoundSignature& found : all) reports.push_back(report_on(found, *bytes, options, &found == &all.back()));
  if (reports.empty()) reports.push_back(only(bad("signature", {"there is no signature in this PDF", "このPDFには署名がありません"})));
  return reports;
}

}  // namespace

Status check_new_signature(const std::shared_ptr<PdfBytes>& bytes, ByteView issuer, bool moj) {
  return guarded([&]() -> Status {
    const auto pdf = parse(bytes, bytes->size());
    const auto found = find_signatures(*pdf, *bytes);
    if (found.empty() || found.back().end() != bytes->size() || !found.back().field_problem.en.empty()) return fail(Errc::signature_mismatch);
    const FoundSignature& own = found.back();
    if (own.contents.cms.empty()) return fail(Errc::signature_mismatch);
    SignerReport report = judge_cms(own, *bytes, {.trust_anchors = {Bytes(issuer.begin(), issuer.end())}, .at = {}, .crls = {}, .ocsp_responses = {}});
    if (moj) {
      const auto rules = moj_checks({own.value, *bytes, own.range.range, own.contents.cms, true});
      report.checks.insert(report.checks.end(), rules.begin(), rules.end());
    }
    // An expired certificate is the business of whoever verifies: the signature itself is what it should be.
    const bool as_it_must_be = std::ranges::all_of(report.checks, [](const Check& c) { return c.result != CheckResult::bad || c.code == "validity"; });
    return as_it_must_be ? Status{} : Status{fail(Errc::signature_mismatch)};
  });
}

}  // namespace myna::pdf

namespace myna {

Result<std::vector<SignerReport>> verify_pdf(const std::string& path, const PdfVerifyOptions& options) {
  MYNA_TRY(const auto bytes, pdf::open_bytes(path));
  auto reports = pdf::guarded([&] { return pdf::judge(bytes, options); });
  if (reports || reports.error().code == Errc::storage_failed) return reports;
  return std::vector{pdf::only(bad("structure", pdf::kDamaged))};
}

}  // namespace myna
