// SPDX-License-Identifier: Apache-2.0
#include "certificate_checks.hpp"

namespace myna {

void add_certificate_checks(SignerReport& report, X509* certificate, STACK_OF(X509)* others, const VerifyOptions& options, std::chrono::sys_seconds at) {
  const SignerView view{.info = nullptr, .certificate = certificate, .others = others, .content_hash = {}, .digest = {}};
  const ChainResult chain = check_chain(view, options);
  report.checks.push_back(chain.check);
  report.checks.push_back(check_validity(chain, at));
  if (certificate != nullptr) {
    unsigned char* buffer = nullptr;
    const int length = i2d_X509(certificate, &buffer);
    if (auto fields = parse_certificate(openssl::der_of(buffer, length))) report.signer = *std::move(fields);
  }
  if (report.signer) {
    report.checks.push_back(check_key_usage(*report.signer));
    report.checks.push_back(check_policy(*report.signer, chain.pinned));
  }
  report.checks.push_back(check_revocation(chain, options, at));
}

}  // namespace myna
