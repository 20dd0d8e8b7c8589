// SPDX-License-Identifier: Apache-2.0
#include "kiosk/log.hpp"

#include <cstdio>

#include "myna/utf8.hpp"

namespace myna::kioskd {

void log_line(const std::string& text) noexcept { std::fprintf(stderr, "myna-kioskd: %s\n", printable(text).c_str()); }

}  // namespace myna::kioskd
