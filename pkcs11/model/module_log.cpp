// SPDX-License-Identifier: Apache-2.0
#include "module_log.hpp"

#include <syslog.h>
#include <unistd.h>

#include <cstdio>

#include "myna/core/utf8.hpp"

namespace myna::p11 {

void log_warning(std::string_view text) {
  const std::string line = printable(text);
  ::syslog(LOG_AUTHPRIV | LOG_WARNING, "%s", line.c_str());
  if (::isatty(STDERR_FILENO) == 1) std::fprintf(stderr, "%s\n", line.c_str());
}

}  // namespace myna::p11
