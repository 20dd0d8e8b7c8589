// SPDX-License-Identifier: Apache-2.0
// Lines for the journal, on standard error: its one door (tests/ci/check_screen), which makes control characters visible. Nothing of a
// person is ever handed in: reader names, states, user ids, names of errors.
#pragma once

#include <string>

namespace myna::kioskd {

void log_line(const std::string& text) noexcept;

}  // namespace myna::kioskd
