// SPDX-License-Identifier: Apache-2.0
// The four attributes as the card stores them (docs/card/text.md), and text that may reach a terminal.
#include <catch2/catch.hpp>

#include "myna/card/applications/text.hpp"
#include "myna/core/hex.hpp"
#include "myna/core/utf8.hpp"

using namespace myna;

namespace {

// The synthetic vector of docs/card/text.md, "Four attributes".
constexpr auto kRecord = hex(
    "FF2062DF2108000E002000560061DF220FE795AAE58FB7E38080E88AB1E5AD90DF2333E69DB1E4BAACE983BDE58D83E4BBA3E794B0E58CBA"
    "E8A68BE69CACE794BAEFBC91E4B881E79BAEEFBC92E795AAEFBC93E58FB7DF24083139393030313032DF250132");

Bytes altered(std::size_t at, Byte value) {
  Bytes record(kRecord.begin(), kRecord.end());
  record.at(at) = value;
  return record;
}

}  // namespace

TEST_CASE("the published vector gives its four attributes") {
  const auto attributes = parse_basic_attributes(kRecord);
  REQUIRE(attributes);
  CHECK(as_text(attributes->name.view()) == "番号　花子");
  CHECK(as_text(attributes->address.view()) == "東京都千代田区見本町１丁目２番３号");
  CHECK(as_text(attributes->birth_date.view()) == "19900102");
  CHECK(attributes->sex == Sex::female);
}

TEST_CASE("every sex code has its name, unknown ones are unknown") {
  const std::size_t last = kRecord.size() - 1;
  CHECK(to_string(parse_basic_attributes(altered(last, '1'))->sex) == "male");
  CHECK(to_string(parse_basic_attributes(altered(last, '9'))->sex) == "not-applicable");
  CHECK(to_string(parse_basic_attributes(altered(last, '0'))->sex) == "unknown");
  CHECK(to_string(parse_basic_attributes(altered(last, 'x'))->sex) == "unknown");
}

TEST_CASE("a damaged record is malformed and never half an answer") {
  constexpr std::size_t kName = 17, kDate = 89;
  CHECK(parse_basic_attributes(altered(kName, 0x1B)).error().code == Errc::malformed);   // an escape sequence
  CHECK(parse_basic_attributes(altered(kName, 0xFF)).error().code == Errc::malformed);
  CHECK(parse_basic_attributes(altered(kDate, 'x')).error().code == Errc::malformed);
  CHECK(parse_basic_attributes({}).error().code == Errc::file_absent);
  for (std::size_t length = 1; length < kRecord.size(); ++length) {
    CHECK(parse_basic_attributes(ByteView(kRecord).first(length)).error().code == Errc::malformed);
  }
}

TEST_CASE("printable UTF-8 has no controls, no overlong forms and no surrogates") {
  for (const char* good : {"", "A~ ", "é", "霞が関", "\U0002000B", "\u00A0"}) CHECK(is_printable_utf8(good));
  for (const char* bad : {"\x1B[2J", "\x7F", "\t", "\xC2\x9B", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xE9\x9C", "\x80", "\xF5\x80\x80\x80"}) {
    CHECK_FALSE(is_printable_utf8(bad));
  }
}
