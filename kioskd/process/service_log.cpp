// SPDX-License-Identifier: Apache-2.0
#include "service_log.hpp"

#include <cstdio>

#include "myna/core/utf8.hpp"

namespace myna::kioskd {

void log_line(const std::string& text) noexcept { std::fprintf(stderr, "myna-kioskd: %s\n", printable(text).c_str()); }

}  // namespace myna::kioskd
