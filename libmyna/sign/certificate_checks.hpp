// SPDX-License-Identifier: Apache-2.0
// What is checked of a signer's certificate, whatever the format of the signature. Private to libmyna/sign.
#pragma once

#include "cms_checks.hpp"

namespace myna {

// Adds chain, validity, key-usage, policy and revocation, and the certificate's fields. `certificate` may be nullptr; `others` are those of the signature.
void add_certificate_checks(SignerReport& report, X509* certificate, STACK_OF(X509)* others, const VerifyOptions& options, std::chrono::sys_seconds at);

// When certificates are judged: a trusted time stamp proves that the signature was there by then; the earliest counts, unless a time was asked for.
std::chrono::sys_seconds time_to_judge(const std::vector<Stamp>& stamps, const VerifyOptions& options);

}  // namespace myna
