// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace myna::cli {

// YYYYMMDD as ISO 8601 writes it; 00 stays where the register has no month or day. Anything else as it is.
inline std::string iso_date(std::string_view digits) {
  if (digits.size() != 8) return std::string(digits);
  return std::string(digits.substr(0, 4)) + '-' + std::string(digits.substr(4, 2)) + '-' + std::string(digits.substr(6));
}

}  // namespace myna::cli
