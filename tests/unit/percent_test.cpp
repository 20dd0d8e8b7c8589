// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "myna/core/percent.hpp"

using namespace myna;

TEST_CASE("percent-encoding of UTF-8 and its way back") {
  CHECK(percent_encoded("構成情報") == "%E6%A7%8B%E6%88%90%E6%83%85%E5%A0%B1");   // docs/documents-facts.md
  CHECK(percent_encoded("a b/c-1.xml") == "a%20b/c-1.xml");
  CHECK(percent_decoded("%E6%a7%8B") == "構");
  CHECK(percent_decoded("%2541") == "%41");   // once, not twice
  for (const char* text : {"%", "%4", "%zz", "a%"}) CHECK_FALSE(percent_decoded(text).has_value());
}

TEST_CASE("percent-encoding of what another line does not take") {
  CHECK(percent_encoded("a%\nb 構\r", [](char c) { return c != '%' && c != '\r' && c != '\n'; }) == "a%25%0Ab 構%0D");
}

TEST_CASE("every byte is written with percent or stands, and comes back") {
  for (int c = 0; c < 256; ++c) {
    const std::string text(1, static_cast<char>(c));
    const std::string written = percent_encoded(text);
    CHECK((written == text) == is_plain_in_path(text[0]));
    CHECK(percent_decoded(written) == text);
  }
  CHECK(escaped_byte("%41B") == Byte{0x41});
  CHECK_FALSE(escaped_byte("A%41").has_value());
}
