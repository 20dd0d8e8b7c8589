// SPDX-License-Identifier: Apache-2.0
// Asking for a PIN outside the program that wants to use it: a pinentry (GnuPG's) by the Assuan protocol. The PIN never enters the
// program's own windows or memory but the module's.
#pragma once

#include <string>

#include "myna/card/pin.hpp"
#include "myna/core/result.hpp"

namespace myna::p11 {

// Shows which program asks, for which PIN, and the tries left. Takes half a second at least: Firefox hangs when C_Login returns at once.
// Errors: cancelled, pin_unavailable (no such program, or it does not speak the protocol).
Result<SecretBytes> ask_pin_agent(const std::string& program, const PinRow& pin, const PinStatus& status);

}  // namespace myna::p11
