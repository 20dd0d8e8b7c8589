// SPDX-License-Identifier: Apache-2.0
// From the card's value to a file that others can use: nothing is renamed into place that we do not verify ourselves.
#include <algorithm>

#include "cli/file_stream.hpp"
#include "cli/sign_job.hpp"

namespace myna::cli {
namespace {

// An expired certificate is the business of whoever verifies: the signature itself is what it should be.
bool is_as_it_should_be(const SignerReport& report) {
  return std::ranges::none_of(report.checks, [](const Check& check) { return check.result == CheckResult::bad && check.code != "validity"; });
}

// Our own result as it lies on the disk, read back.
Status check_written(const SignFormat& format, const SignOptions& options, const SignerCertificates& certificates, const SignJob& job) {
  if (format.verify == nullptr || job.output->path() == "-") return {};
  VerifyInput input{.path = job.output->temporary_path(), .contents = {}, .profile = chosen_profile(format, options), .options = {}};
  if (options.detached) input.contents = job.inputs;
  input.options.trust_anchors.emplace_back(certificates.issuer.view().begin(), certificates.issuer.view().end());
  for (const std::string& path : options.tsa.trust) {
    MYNA_TRY(Bytes anchor, read_der_file(path));
    input.options.trust_anchors.push_back(std::move(anchor));
  }
  MYNA_TRY(const Verification verified, format.verify(input));
  const bool good = !verified.objection && !verified.reports.empty() && std::ranges::all_of(verified.reports, is_as_it_should_be);
  return good ? Status{} : Status{fail(Errc::signature_mismatch)};
}

}  // namespace

Status deliver(const SignFormat& format, const SignOptions& options, const SignerCertificates& certificates, SignJob& job) {
  MYNA_CHECK(job.pending->finish(job.signature, [&job](ByteView piece) { return job.output->write(piece); }));
  MYNA_CHECK(check_written(format, options, certificates, job));
  return job.output->commit();
}

}  // namespace myna::cli
