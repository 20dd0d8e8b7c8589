// SPDX-License-Identifier: Apache-2.0
#include "myna/core/base64.hpp"

#include <array>

namespace myna {
namespace {

struct Alphabet {
  std::string_view digits;
  std::array<std::int8_t, 256> values{};   // -1: no digit

  consteval explicit Alphabet(std::string_view text) : digits(text) {
    values.fill(-1);
    for (std::size_t i = 0; i < text.size(); ++i) values[static_cast<Byte>(text[i])] = static_cast<std::int8_t>(i);
  }
};

constexpr Alphabet kPlain("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
constexpr Alphabet kUrl("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

std::string encoded(ByteView bytes, const Alphabet& alphabet) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);   // room for the padding too
  std::uint32_t bits = 0;
  int held = 0;
  for (const Byte byte : bytes) {
    bits = bits << 8 | byte;
    for (held += 8; held >= 6; held -= 6) text.push_back(alphabet.digits[bits >> (held - 6) & 0x3F]);
  }
  if (held > 0) text.push_back(alphabet.digits[bits << (6 - held) & 0x3F]);
  return text;
}

std::optional<Bytes> decoded(std::string_view text, const Alphabet& alphabet) {
  Bytes bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char digit : text) {
    const auto value = alphabet.values[static_cast<Byte>(digit)];
    if (value < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    held += 6;
    if (held >= 8) bytes.push_back(static_cast<Byte>(bits >> (held -= 8)));
  }
  const bool canonical = held < 6 && (bits & ((1U << held) - 1)) == 0;
  return canonical ? std::optional(std::move(bytes)) : std::nullopt;
}

}  // namespace

std::string base64(ByteView bytes) {
  std::string text = encoded(bytes, kPlain);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::string base64url(ByteView bytes) { return encoded(bytes, kUrl); }

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  return decoded(text.substr(0, text.size() - padding), kPlain);
}

std::optional<Bytes> from_base64url(std::string_view text) { return decoded(text, kUrl); }

}  // namespace myna
