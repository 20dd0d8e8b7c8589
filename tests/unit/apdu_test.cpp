// SPDX-License-Identifier: Apache-2.0
// The four cases of ISO/IEC 7816-4 in short and extended form, both directions.
#include <catch2/catch.hpp>

#include "myna/core/apdu.hpp"
#include "myna/core/hex.hpp"

using namespace myna;

namespace {
constexpr Header kHeader{0x00, 0x20, 0x00, 0x98};
std::string wire(const CommandApdu& command) { return to_hex(command.wire()); }
}  // namespace

TEST_CASE("commands are coded in the shortest form that holds them") {
  const Bytes four{1, 2, 3, 4};
  const Bytes large(300, 0xAA);
  CHECK(wire(CommandApdu::case1(kHeader)) == "00200098");
  CHECK(wire(CommandApdu::case2(kHeader, Le::short_max())) == "0020009800");
  CHECK(wire(CommandApdu::case2(kHeader, Le::exactly(4))) == "0020009804");
  CHECK(wire(CommandApdu::case2(kHeader, Le::extended_max())) == "00200098000000");
  CHECK(wire(*CommandApdu::case3(kHeader, four)) == "002000980401020304");
  CHECK(wire(*CommandApdu::case4(kHeader, four, Le::short_max())) == "00200098040102030400");
  CHECK(wire(*CommandApdu::case4(kHeader, four, Le::extended_max())) == "00200098000004010203040000");
  CHECK(wire(*CommandApdu::case3(kHeader, large)).substr(0, 14) == "0020009800012C");
}

TEST_CASE("a body is never empty and never longer than the buffer") {
  CHECK(CommandApdu::case3(kHeader, {}).error().code == Errc::invalid_argument);
  CHECK(CommandApdu::case4(kHeader, {}, Le::short_max()).error().code == Errc::invalid_argument);
  CHECK(CommandApdu::case4(kHeader, Bytes{1}, Le::none()).error().code == Errc::invalid_argument);
  CHECK(CommandApdu::case3(kHeader, Bytes(CommandApdu::kMaxData, 1)).has_value());
  CHECK(CommandApdu::case3(kHeader, Bytes(CommandApdu::kMaxData + 1, 1)).error().code == Errc::invalid_argument);
}

TEST_CASE("a command that was moved from holds nothing") {
  auto first = *CommandApdu::case3(kHeader, Bytes{1, 2, 3, 4});
  const auto second = std::move(first);
  CHECK(first.wire().empty());
  CHECK(second.has_data());
}

TEST_CASE("the card's side parses what the host's side writes") {
  const Bytes data(GENERATE(1u, 4u, 255u, 256u, 512u), 0x5A);
  const Le le = GENERATE(Le::none(), Le::exactly(1), Le::short_max(), Le::exactly(257), Le::extended_max());
  const auto command = le.bytes() == 0 ? CommandApdu::case3(kHeader, data) : CommandApdu::case4(kHeader, data, le);
  const auto parsed = parse_command(command->wire());
  REQUIRE(parsed);
  CHECK(parsed->header == kHeader);
  CHECK(equal(parsed->data, data));
  CHECK(parsed->le == le.bytes());
  CHECK(parsed->extended == (le.extended() || data.size() > 255));
}

TEST_CASE("lengths that do not add up are malformed") {
  const auto text = GENERATE("", "00", "002000", "0020009802AA", "002000980001", "0020009804010203040000",
                             "002000980000000000", "00200098000004010203", "0020009800000401020304AA",
                             "00200098000004010203040000AA");
  INFO(text);
  CHECK(parse_command(*from_hex(text)).error().code == Errc::malformed);
}

TEST_CASE("an answer has at least a status word") {
  CHECK(ResponseApdu::parse(Bytes{}).error().code == Errc::link_lost);
  CHECK(ResponseApdu::parse(Bytes{0x90}).error().code == Errc::link_lost);
  const auto answer = ResponseApdu::parse(*from_hex("01026A82"));
  REQUIRE(answer);
  CHECK(answer->sw() == sw::kFileNotFound);
  CHECK(to_hex(answer->data()) == "0102");
}
