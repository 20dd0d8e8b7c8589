// SPDX-License-Identifier: Apache-2.0
// docs/kiosk-states.md, printed from the table.
#pragma once

#include <string>

namespace myna::test {

std::string states_page();

}  // namespace myna::test
