// SPDX-License-Identifier: Apache-2.0
#include "myna/core/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace myna {
namespace {

// RFC 3629, section 4: which second byte may follow which first byte, and how many follow in all.
struct Row {
  std::uint8_t first_from, first_to;
  std::size_t following;
  std::uint8_t second_from, second_to;
};

constexpr std::array kRows{
    Row{0x20, 0x7E, 0, 0, 0},          Row{0xC2, 0xC2, 1, 0xA0, 0xBF},   // C2 80 to C2 9F: C1 controls
    Row{0xC3, 0xDF, 1, 0x80, 0xBF},    Row{0xE0, 0xE0, 2, 0xA0, 0xBF}, Row{0xE1, 0xEC, 2, 0x80, 0xBF},
    Row{0xED, 0xED, 2, 0x80, 0x9F},    Row{0xEE, 0xEF, 2, 0x80, 0xBF}, Row{0xF0, 0xF0, 3, 0x90, 0xBF},
    Row{0xF1, 0xF3, 3, 0x80, 0xBF},    Row{0xF4, 0xF4, 3, 0x80, 0x8F},
};

bool within(char c, std::uint8_t from, std::uint8_t to) {
  const auto b = static_cast<std::uint8_t>(c);
  return b >= from && b <= to;
}

// Bytes of the character that starts here; 0 when none does.
std::size_t character_length(std::string_view text) {
  const auto row = std::ranges::find_if(kRows, [&](const Row& r) { return within(text[0], r.first_from, r.first_to); });
  if (row == kRows.end() || text.size() <= row->following) return 0;
  if (row->following > 0 && !within(text[1], row->second_from, row->second_to)) return 0;
  for (std::size_t i = 2; i <= row->following; ++i) {
    if (!within(text[i], 0x80, 0xBF)) return 0;
  }
  return row->following + 1;
}

// Characters that no one sees, or that change what is seen around them (Unicode 15, general categories Cf, Zl, Zp; UAX 9 for those of
// direction). Variation selectors are not here: names of people have them.
struct Unseen {
  char32_t from, to;
};

constexpr std::array kUnseen{
    Unseen{0x00, 0x1F},      Unseen{0x7F, 0x9F},      Unseen{0xAD, 0xAD},        // controls; the soft hyphen
    Unseen{0x61C, 0x61C},    Unseen{0x180E, 0x180E},                             // Arabic letter mark; Mongolian separator
    // no width, marks of direction; line ends, embeddings, overrides
    Unseen{0x200B, 0x200F},  Unseen{0x2028, 0x202E},
    Unseen{0x2060, 0x206F},  Unseen{0xFEFF, 0xFEFF},  Unseen{0xFFF9, 0xFFFB},    // isolates, no width; byte order mark; annotations
    Unseen{0xE0000, 0xE007F},                                                    // tags
};

bool is_unseen(char32_t c) {
  return std::ranges::any_of(kUnseen, [c](const Unseen& row) { return c >= row.from && c <= row.to; });
}

// Bytes of the character that starts here, control characters too; 0 when it is no UTF-8.
std::size_t any_character_length(std::string_view text) {
  const auto b = static_cast<std::uint8_t>(text[0]);
  if (b < 0x20 || b == 0x7F) return 1;
  if (b == 0xC2 && text.size() > 1 && within(text[1], 0x80, 0x9F)) return 2;
  return character_length(text);
}

char32_t decoded(std::string_view character) {
  constexpr std::array<unsigned, 5> kFirstBits{0, 0x7F, 0x1F, 0x0F, 0x07};   // by length
  char32_t c = static_cast<std::uint8_t>(character[0]) & kFirstBits.at(character.size());
  for (const char next : character.substr(1)) c = c << 6 | (static_cast<std::uint8_t>(next) & 0x3F);
  return c;
}

std::string formatted(const char* form, unsigned value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), form, value);
  return text.data();
}

std::string visible(char32_t c) { return formatted(c < 0x80 ? "\\x%02X" : "\\u{%X}", c); }

// As UTF-16, which JSON's escapes are.
std::string json_escape(char32_t c) {
  if (c < 0x10000) return formatted("\\u%04x", c);
  return formatted("\\u%04x", 0xD800 + ((c - 0x10000) >> 10)) + formatted("\\u%04x", 0xDC00 + ((c - 0x10000) & 0x3FF));
}

std::string escaped(std::string_view text, std::string_view kept, std::string (*form)(char32_t)) {
  std::string safe;
  while (!text.empty()) {
    const std::size_t length = any_character_length(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    text.remove_prefix(character.size());
    if (length == 0) safe += formatted("\\x%02X", static_cast<std::uint8_t>(character[0]));
    else if (kept.find(character) == std::string_view::npos && is_unseen(decoded(character))) safe += form(decoded(character));
    else safe += character;
  }
  return safe;
}

}  // namespace

bool is_printable_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string printable(std::string_view text) { return escaped(text, "", visible); }

std::string printable_page(std::string_view text) { return escaped(text, "\n\t", visible); }

std::string printable_json(std::string_view json) { return escaped(json, "\n", json_escape); }

}  // namespace myna
