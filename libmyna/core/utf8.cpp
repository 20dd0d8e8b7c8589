// SPDX-License-Identifier: Apache-2.0
#include "myna/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

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

}  // namespace

bool is_printable_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace myna
