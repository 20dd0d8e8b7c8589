// SPDX-License-Identifier: Apache-2.0
// What is checked of a signer's certificate where the signature is no CMS. Private to libmyna/sign.
#pragma once

#include "cms_checks.hpp"

namespace myna {

// Adds chain, validity, key-usage, policy and revocation, and the certificate's fields. `certificate` may be nullptr; `others` are those of the signature.
void add_certificate_checks(SignerReport& report, X509* certificate, STACK_OF(X509)* others, const VerifyOptions& options, std::chrono::sys_seconds at);

}  // namespace myna
