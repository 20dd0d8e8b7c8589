// SPDX-License-Identifier: Apache-2.0
#include "myna/core/percent.hpp"

#include "myna/core/hex.hpp"

namespace myna {

bool is_plain_in_path(char c) noexcept {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || std::string_view("-._~/").find(c) != std::string_view::npos;
}

std::string percent_encoded(std::string_view text, bool (*is_plain)(char)) {
  std::string out;
  for (const char c : text) out += is_plain(c) ? std::string(1, c) : '%' + to_hex(as_bytes({&c, 1}));
  return out;
}

std::optional<Byte> escaped_byte(std::string_view text) noexcept {
  if (text.size() < 3 || text[0] != '%' || hex_value(text[1]) < 0 || hex_value(text[2]) < 0) return std::nullopt;
  return static_cast<Byte>(hex_value(text[1]) << 4 | hex_value(text[2]));
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto escaped = escaped_byte(text.substr(at));
    if (text[at] == '%' && !escaped) return std::nullopt;
    out += escaped ? static_cast<char>(*escaped) : text[at];
    if (escaped) at += 2;
  }
  return out;
}

}  // namespace myna
