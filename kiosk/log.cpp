// SPDX-License-Identifier: Apache-2.0
#include "kiosk/log.hpp"

#include <cstdio>

namespace myna::kioskd {

void log_line(const std::string& text) noexcept { std::fprintf(stderr, "myna-kioskd: %s\n", text.c_str()); }

}  // namespace myna::kioskd
