// SPDX-License-Identifier: Apache-2.0
#include "certificate_checks.hpp"

namespace myna {

void add_certificate_checks(SignerReport& report, X509* certificate, STACK_OF(X509)* others, const VerifyOptions& options, std::chrono::sys_seconds at) {
  const SignerView view{.info = nullptr, .certificate = certificate, .others = others, .content_hash = {}, .digest = {}};
  const ChainResult chain = check_chain(view, options);
  report.checks.push_back(chain.check);
  report.checks.push_back(check_validity(chain, at));
  if (certificate != nullptr) {
    if (auto fields = parse_certificate(der_of_certificate(certificate))) report.signer = *std::move(fields);
  }
  if (report.signer) {
    report.checks.push_back(check_key_usage(*report.signer));
    report.checks.push_back(check_policy(*report.signer, chain.pinned));
  }
  report.checks.push_back(check_revocation(chain, options, at));
}

std::chrono::sys_seconds time_to_judge(const std::vector<Stamp>& stamps, const VerifyOptions& options) {
  if (options.at) return *options.at;
  auto at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  for (const Stamp& stamp : stamps) {
    if (stamp.check.result == CheckResult::good) at = std::min(at, *stamp.time);
  }
  return at;
}

}  // namespace myna
