// SPDX-License-Identifier: Apache-2.0
#include "myna/core/hex.hpp"

namespace myna {
namespace {

constexpr std::string_view kDigits = "0123456789ABCDEF";

}  // namespace

int hex_value(char digit) noexcept {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

std::string to_hex(ByteView bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const Byte b : bytes) {
    text += kDigits[b >> 4];
    text += kDigits[b & 0x0F];
  }
  return text;
}

Result<Bytes> from_hex(std::string_view text) {
  Bytes bytes;
  std::size_t i = 0;
  while (i < text.size()) {
    if (text[i] == ' ') {
      ++i;
      continue;
    }
    const int high = hex_value(text[i]);
    const int low = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
    if (high < 0 || low < 0) return fail(Errc::invalid_argument);
    bytes.push_back(static_cast<Byte>(high << 4 | low));
    i += 2;
  }
  return bytes;
}

}  // namespace myna
