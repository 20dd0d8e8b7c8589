// SPDX-License-Identifier: Apache-2.0
#include "pdf_verify.hpp"

#include <algorithm>
#include <set>

#include "report/checks.hpp"
#include "myna/documents/pdf_signature.hpp"
#include "pdf_changes.hpp"
#include "pdf_judge.hpp"
#include "pdf_moj.hpp"

namespace myna::pdf {
namespace {

constexpr Text kDamaged{"the file's own tables do not lead to its objects: it is damaged or was tampered with",
                        "ファイルの相互参照が正しくありません（破損または改ざん）"};

constexpr Text kFront{"the file does not begin as a PDF", "ファイルの先頭がPDFではありません"};
constexpr Text kTwice{"a dictionary has a key twice: each program takes another", "辞書に同じキーが重複しています（ソフトウェアにより解釈が異なります）"};
constexpr Text kTooMany{"the signatures are too many to be judged", "署名が多すぎて判定できません"};
constexpr std::size_t kMaxSignatures = 100;

void read_pages(QPDFObjectHandle node, std::set<QPDFObjGen>& seen, int depth) {
  constexpr int kMaxDepth = 64;
  if (!node.isDictionary() || depth > kMaxDepth || !seen.insert(node.getObjGen()).second) return;
  QPDFObjectHandle kids = node.getKey("/Kids");
  for (int i = 0; kids.isArray() && i < kids.getArrayNItems(); ++i) read_pages(kids.getArrayItem(i), seen, depth + 1);
}

// Of the trailers, the catalog, the form, its fields, the signatures, which were read before, and the pages. The parser's word for it is
// only in this warning.
bool has_key_twice(QPDF& pdf) {
  std::set<QPDFObjGen> seen;
  read_pages(pdf.getRoot().getKey("/Pages"), seen, 0);
  return std::ranges::any_of(pdf.getWarnings(),
                             [](const QPDFExc& warning) { return warning.getMessageDetail().find("duplicated key") != std::string::npos; });
}

// All signatures of one file, and what they are judged with.
class FileJudge {
 public:
  FileJudge(std::shared_ptr<RandomAccess> bytes, const PdfVerifyOptions& options)
      : bytes_(std::move(bytes)), options_(options), pdf_(parse(bytes_, bytes_->size())), all_(find_signatures(*pdf_, *bytes_)) {}

  std::vector<SignerReport> reports() {
    if (all_.empty()) return {only(bad("signature", {"there is no signature in this PDF", "このPDFには署名がありません"}))};
    const auto front = bytes_->piece(0, kPdfHeader.size());
    if (!front || as_text(*front) != kPdfHeader) return {only(bad("structure", kFront))};
    if (has_key_twice(*pdf_)) return {only(bad("structure", kTwice))};
    if (all_.size() > kMaxSignatures) return {only(bad("structure", kTooMany))};
    std::vector<SignerReport> reports;
    for (FoundSignature& found : all_) reports.push_back(report_on(found));
    return reports;
  }

 private:
  static SignatureCheck judged(std::string_view code, const Text& problem) { return problem.en.empty() ? good(code) : bad(code, problem); }

  SignatureCheck coverage(const FoundSignature& found) const {
    SignatureCheck check = good("coverage");
    if (found.end() != bytes_->size()) check.reason = {"all of its revision; later revisions follow", "署名時の版の全体（後の版が続きます）"};
    return check;
  }

  SignerReport report_on(FoundSignature& found) {
    SignerReport report;
    if (!found.contents.cms.empty()) report = judge_signature(found, *bytes_, options_.certificates);
    std::vector<SignatureCheck> checks{judged("field", found.field_problem), judged("byte-range", found.range.problem)};
    if (found.range.range) {
      if (std::ranges::find(report.checks, "contents", &SignatureCheck::code) == report.checks.end()) {
        checks.push_back(judged("contents", found.contents.problem));
      }
      const SignatureCheck changes = check_changes(found, all_, bytes_, *pdf_);
      if (changes.result == CheckResult::good) checks.push_back(coverage(found));
      checks.push_back(changes);
    }
    report.checks.insert(report.checks.begin(), checks.begin(), checks.end());
    if (options_.moj && found.value.isDictionary()) {
      const auto rules = moj_checks({found.value, *bytes_, found.range.range, found.contents.cms, &found == &all_.back()});
      report.checks.insert(report.checks.end(), rules.begin(), rules.end());
    }
    return report;
  }

  std::shared_ptr<RandomAccess> bytes_;
  const PdfVerifyOptions& options_;
  std::unique_ptr<QPDF> pdf_;
  std::vector<FoundSignature> all_;
};

}  // namespace

Status check_new_signature(const std::shared_ptr<RandomAccess>& bytes, ByteView issuer, bool moj) {
  return guarded([&]() -> Status {
    const auto pdf = parse(bytes, bytes->size());
    const auto found = find_signatures(*pdf, *bytes);
    if (found.empty() || found.back().end() != bytes->size() || !found.back().field_problem.en.empty()) {
      return fail(Errc::signature_mismatch);
    }
    const FoundSignature& own = found.back();
    if (own.contents.cms.empty()) return fail(Errc::signature_mismatch);
    SignerReport report = judge_signature(own, *bytes, {.trust_anchors = {Bytes(issuer.begin(), issuer.end())}, .at = {}, .crls = {},
                                                        .ocsp_responses = {}});
    if (moj) {
      const auto rules = moj_checks({own.value, *bytes, own.range.range, own.contents.cms, true});
      report.checks.insert(report.checks.end(), rules.begin(), rules.end());
    }
    // An expired certificate is the business of whoever verifies: the signature itself is what it should be.
    const bool as_it_must_be =
        std::ranges::all_of(report.checks, [](const SignatureCheck& c) { return c.result != CheckResult::bad || c.code == "validity"; });
    return as_it_must_be ? Status{} : Status{fail(Errc::signature_mismatch)};
  });
}

}  // namespace myna::pdf

namespace myna {

Result<std::vector<SignerReport>> verify_pdf(const DocumentInput& input, const PdfVerifyOptions& options) {
  MYNA_TRY(const auto bytes, input.open_random_access());
  auto reports = pdf::guarded([&]() -> Result<std::vector<SignerReport>> { return pdf::FileJudge(bytes, options).reports(); });
  if (reports || reports.error().code == Errc::storage_failed) return reports;
  return std::vector{pdf::only(bad("structure", pdf::kDamaged))};
}

}  // namespace myna
