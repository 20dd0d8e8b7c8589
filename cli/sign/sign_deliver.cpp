// SPDX-License-Identifier: Apache-2.0
// From the card's value to a file that others can use: nothing is renamed into place that we do not verify ourselves.
#include <algorithm>

#include "cli/files/named_files.hpp"
#include "sign_job.hpp"

namespace myna::cli {
namespace {

// An expired certificate is the business of whoever verifies: the signature itself is what it should be.
bool is_as_it_should_be(const SignerReport& report) {
  return std::ranges::none_of(report.checks,
                              [](const SignatureCheck& check) { return check.result == CheckResult::bad && check.code != "validity"; });
}

// Earlier signatures of a document are their signers' business.
bool is_by(const SignerReport& report, const CertificateFields& signer) {
  return report.signer && report.signer->sha256_fingerprint == signer.sha256_fingerprint;
}

bool all_of_ours_are_good(const std::vector<SignerReport>& reports, const CertificateFields& signer) {
  const auto ours = [&signer](const SignerReport& report) { return is_by(report, signer); };
  return std::ranges::any_of(reports, ours) &&
         std::ranges::all_of(reports, [&](const SignerReport& report) { return !ours(report) || is_as_it_should_be(report); });
}

// Our own result as it lies on the disk, read back.
Status check_written(const SignFormat& format, const SignOptions& options, const SignerCertificates& certificates, const SignJob& job) {
  if (format.verify == nullptr || job.output->temporary_path().empty()) return {};
  VerifyInput input{.path = job.output->temporary_path(), .contents = {}, .profile = chosen_profile(format, options), .options = {}};
  if (options.detached) input.contents = job.inputs;
  for (const std::string& path : job.inputs) input.folders.push_back(folder_of(path));
  input.options.trust_anchors.emplace_back(certificates.issuer.view().begin(), certificates.issuer.view().end());
  for (const std::string& path : options.tsa.trust) {
    MYNA_TRY(std::vector<Bytes> anchors, read_der_files(path));
    std::ranges::move(anchors, std::back_inserter(input.options.trust_anchors));
  }
  MYNA_TRY(const Verification verified, format.verify(input));
  MYNA_TRY(const CertificateFields signer, parse_certificate(certificates.signer.view()));
  const bool good = !verified.objection && all_of_ours_are_good(verified.reports, signer);
  return good ? Status{} : Status{fail(Errc::signature_mismatch)};
}

}  // namespace

Status deliver(const SignFormat& format, const SignOptions& options, const SignerCertificates& certificates, SignJob& job) {
  MYNA_CHECK(job.pending->finish(job.signature, [&job](ByteView piece) { return job.output->write(piece); }));
  MYNA_CHECK(check_written(format, options, certificates, job));
  return job.output->commit();
}

}  // namespace myna::cli
