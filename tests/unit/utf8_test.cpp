// SPDX-License-Identifier: Apache-2.0
// What may reach a terminal.
#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "myna/core/utf8.hpp"

using namespace myna;

namespace {

std::string utf8(char32_t c) {
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
  if (c < 0x10000) {
    return {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
  }
  return {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3F)), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
          static_cast<char>(0x80 | (c & 0x3F))};
}

bool is_plain_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7E; });
}

// UAX 9 names the marks of direction; the others cannot be seen.
std::vector<char32_t> harmful() {
  std::vector<char32_t> all{0x7F, 0xAD, 0x61C, 0x180E, 0x2028, 0x2029, 0xFEFF, 0xFFF9, 0xFFFA, 0xFFFB};
  const auto add = [&all](char32_t from, char32_t to) {
    for (char32_t c = from; c <= to; ++c) all.push_back(c);
  };
  add(0x00, 0x1F);
  add(0x80, 0x9F);
  add(0x200B, 0x200F);
  add(0x202A, 0x202E);
  add(0x2060, 0x206F);
  add(0xE0000, 0xE007F);
  return all;
}

}  // namespace

TEST_CASE("every control, direction and unseen character becomes visible, wherever it stands") {
  for (const char32_t c : harmful()) {
    INFO(static_cast<unsigned>(c));
    CHECK(is_plain_ascii(printable(utf8(c))));
    CHECK(printable(utf8(c)).front() == '\\');
    CHECK(printable("署" + utf8(c) + "名") == "署" + printable(utf8(c)) + "名");
  }
  CHECK(printable("\x1b[2J") == "\\x1B[2J");
  CHECK(printable("a\u202Eb") == "a\\u{202E}b");
  CHECK(printable("\u009B") == "\\u{9B}");
  CHECK(printable("\U000E0041") == "\\u{E0041}");
  CHECK(printable(std::string_view("\0", 1)) == "\\x00");
}

TEST_CASE("bytes that are no UTF-8 become visible, and what follows them is not swallowed") {
  CHECK(printable("\x80") == "\\x80");
  CHECK(printable("\xFFz") == "\\xFFz");
  CHECK(printable("\xE3\x81") == "\\xE3\\x81");          // cut off
  CHECK(printable("\xE3\x1b") == "\\xE3\\x1B");
  CHECK(printable("\xC0\xAF") == "\\xC0\\xAF");          // overlong
  CHECK(printable("\xC1\x9B") == "\\xC1\\x9B");          // overlong [
  CHECK(printable("\xED\xA0\x80") == "\\xED\\xA0\\x80"); // a surrogate
  CHECK(printable("\xF4\x90\x80\x80") == "\\xF4\\x90\\x80\\x80");
  CHECK(printable("\xC2") == "\\xC2");
  for (unsigned a = 0x80; a < 0x100; ++a) {
    for (unsigned b = 0; b < 0x100; ++b) {
      const std::string two{static_cast<char>(a), static_cast<char>(b)};
      INFO(a << ' ' << b);
      CHECK(is_printable_utf8(printable(two)));
    }
  }
}

TEST_CASE("names of people stay as they are") {
  for (const char* name : {"", "A~ \\x", "é", "髙橋　花子", "\U0002000B", "葛\U000E0100飾区", "辻\uFE00", "\u00A0", "\uE000"}) {
    CHECK(printable(name) == name);
  }
}

TEST_CASE("a page keeps its lines, and nothing else") {
  CHECK(printable_page("a\n\tb\r\x1b") == "a\n\tb\\x0D\\x1B");
  CHECK(printable("a\nb\tc") == "a\\x0Ab\\x09c");
}

TEST_CASE("a JSON document keeps its values and shows nothing to a terminal") {
  for (const char32_t c : harmful()) {
    const nlohmann::json before{{"署名 " + utf8(c), "x" + utf8(c) + "y"}};
    const std::string text = printable_json(before.dump(2));
    INFO(text);
    CHECK(nlohmann::json::parse(text) == before);
    CHECK(printable_page(text) == text);
  }
}
