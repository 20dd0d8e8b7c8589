// SPDX-License-Identifier: Apache-2.0
// Hexadecimal text: at run time for people, at compile time for constants such as AIDs.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "myna/core/bytes.hpp"

namespace myna {

// Upper-case digits without separators.
std::string to_hex(ByteView bytes);

// Accepts both cases and blanks between bytes. Errc::invalid_argument for anything else.
Result<Bytes> from_hex(std::string_view text);

// 0 to 15; -1 for what is no digit. Both cases.
int hex_value(char digit) noexcept;

namespace detail {
consteval Byte hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<Byte>(c - '0');
  if (c >= 'A' && c <= 'F') return static_cast<Byte>(c - 'A' + 10);
  throw "not an upper-case hexadecimal digit";
}
}  // namespace detail

// hex("D392F000") is a std::array of four bytes; a wrong digit does not compile.
template <std::size_t N>
consteval auto hex(const char (&text)[N]) {
  static_assert(N % 2 == 1, "two digits a byte");
  std::array<Byte, N / 2> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<Byte>(detail::hex_digit(text[2 * i]) << 4 | detail::hex_digit(text[2 * i + 1]));
  }
  return bytes;
}

}  // namespace myna
