// SPDX-License-Identifier: Apache-2.0
// A certificate in words.
#pragma once

#include <chrono>

#include "cli/terminal/output.hpp"
#include "myna/card/card_profile.hpp"
#include "myna/crypto/crypto.hpp"

namespace myna::cli {

void explain_certificate(Output& output, const CertificateRow& row, const CertificateFields& fields,
                         std::chrono::system_clock::time_point now);

}  // namespace myna::cli
