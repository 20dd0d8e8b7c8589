// SPDX-License-Identifier: Apache-2.0
// The door of the modules to the log of the system, and to a person who sees the terminal of the program that loaded one.
#pragma once

#include <string_view>

namespace myna::p11 {

// Control and direction characters are shown, not sent.
void log_warning(std::string_view text);

}  // namespace myna::p11
