// SPDX-License-Identifier: Apache-2.0
// Frames: the vectors that the Linux kernel, nfcpy and a real reader's log agree on (docs/card/readers.md).
#include <catch2/catch.hpp>

#include "myna/core/hex.hpp"
#include "readers/core/iso14443b.hpp"
#include "readers/core/iso_dep.hpp"
#include "readers/core/port100.hpp"
#include "tests/support/virtual_card_fixture.hpp"

using namespace myna;
using namespace myna::readers;
using namespace myna::readers::port100;
using myna::test::must;

namespace {

std::string framed(Command command, ByteView arguments) { return to_hex(command_frame(command, arguments).view()); }

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string framed_block(Duration wait, ByteView block) { return framed(Command::in_comm_rf, in_comm_rf(wait, block).view()); }

}  // namespace

TEST_CASE("commands are framed as the kernel and nfcpy frame them") {
  CHECK(framed(Command::get_command_type, {}) == upper("0000ffffff0200fed6280200"));
  CHECK(framed(Command::set_command_type, std::array<Byte, 1>{1}) == upper("0000ffffff0300fdd62a01ff00"));
  CHECK(framed(Command::get_firmware_version, {}) == upper("0000ffffff0200fed6200a00"));
  CHECK(framed(Command::switch_rf, std::array<Byte, 1>{0}) == upper("0000ffffff0300fdd606002400"));
  CHECK(framed(Command::in_set_rf, in_set_rf_type_b(BitRate::k106)) == upper("0000ffffff0600fad60003070f070a00"));
  CHECK(framed(Command::in_set_protocol, in_set_protocol_type_b()) ==
        upper("0000ffffff2800d8d60200140101020103000400050006000708080009010a010b010c010e040f0010001100120013064b00"));
  CHECK(framed_block(10ms, type_b::wupb()) == upper("0000ffffff0700f9d6046400050008b500"));
  const auto card = must(type_b::parse_atqb(must(from_hex("501122334400000000008181"))));
  CHECK(framed_block(30ms, type_b::attrib(card, BitRate::k106)) == upper("0000ffffff0d00f3d6042c011d11223344000801002900"));
  IsoDep protocol(256, 77ms);
  const auto step = protocol.start(must(from_hex("00A4040C0AD392F000260100000001")));
  CHECK(framed_block(30ms, std::get<IsoDep::Send>(step).block.view()) ==
        upper("0000ffffff1400ecd6042c010200a4040c0ad392f000260100000001bc00"));
  CHECK(framed_block(30ms, IsoDep::deselect(30ms).block.view()) == upper("0000ffffff0500fbd6042c01c23700"));
}

TEST_CASE("answers are read, and nothing but a whole frame with good checksums is one") {
  const Bytes good = must(from_hex("0000FFFFFF1300EDD7050000000008501122334400000000008181DF00"));
  Bytes bytes = must(from_hex("0000ffffff0400fcd7211101f600"));
  const auto frame = must(parse_frame(bytes));
  CHECK(to_hex(must(answer_to(Command::get_firmware_version, frame.data))) == "1101");
  CHECK(answer_to(Command::switch_rf, frame.data).error().code == Errc::malformed);
  CHECK(must(parse_frame(kAck)).kind == Frame::Kind::ack);
  CHECK(must(parse_frame(must(from_hex("0000ff01ff7f8100")))).kind == Frame::Kind::error);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      bytes[i] = static_cast<Byte>(bytes[i] ^ 1 << bit);
      CHECK_FALSE(parse_frame(bytes));
      bytes[i] = static_cast<Byte>(bytes[i] ^ 1 << bit);
    }
  }
  for (std::size_t size = 0; size < bytes.size(); ++size) CHECK_FALSE(parse_frame(ByteView(bytes).first(size)));
}

TEST_CASE("every status of an exchange is a block, silence, or garbled") {
  const auto kind = [](std::string_view hex) { return must(parse_in_comm_rf(must(from_hex(hex)))).kind; };
  CHECK(kind("000000000850") == AirAnswer::Kind::block);
  CHECK(kind("80000000") == AirAnswer::Kind::silence);
  for (const auto* status : {"01000000", "02000000", "04000000", "08000000", "10000000", "40000000", "00010000", "00020000", "00040000",
                             "00080000", "00000080", "000000000750", "00000000", "0000000008"}) {
    CHECK(kind(status) == AirAnswer::Kind::garbled);
  }
  CHECK_FALSE(parse_in_comm_rf(must(from_hex("800000"))));
}
