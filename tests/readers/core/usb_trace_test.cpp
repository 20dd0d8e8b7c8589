// SPDX-License-Identifier: Apache-2.0
// --trace-usb shows how reader and card talk and nothing of what they say.
#include <catch2/catch.hpp>

#include "desk.hpp"
#include "readers/core/usb_trace.hpp"

using namespace myna;
using namespace myna::test;

namespace {

std::string traced(UsbTrace& trace, std::string_view block) {
  return trace.line('>',
                    port100::command_frame(port100::Command::in_comm_rf, port100::in_comm_rf(30ms, must(from_hex(block))).view()).view());
}

}  // namespace

TEST_CASE("control blocks are shown whole, of an APDU only its header and length") {
  UsbTrace trace;
  CHECK(trace.line('>', port100::kAck) == "> ACK");
  CHECK(traced(trace, "050008") == "> D6042C01050008");
  CHECK(traced(trace, "B2") == "> D6042C01B2");
  CHECK(traced(trace, "0200A4040C0AD392F000260100000001") == "> D6042C01  02 00A4040C +11");
  CHECK(trace.line('<', port100::data_frame(must(from_hex("D70500000000080241424344")).empty() ? Bytes{}
                                                                                               : must(from_hex("D70500000000080241424344")))
                            .view()) == "< D7050000000008  02 +4");
  CHECK(trace.line('<', Bytes{1, 2, 3}) == "< no frame, 3 bytes");
}

TEST_CASE("a command with a PIN shows nothing, in one block or in a chain") {
  UsbTrace trace;
  CHECK(traced(trace, "030020008004" "31323334") == "> D6042C01  03 **");
  CHECK(traced(trace, "1200240080083132") == "> D6042C01  12 **");
  CHECK(traced(trace, "033334" "35363738") == "> D6042C01  03 **");
  CHECK(traced(trace, "0200B0000000") == "> D6042C01  02 00B00000 +1");
}

TEST_CASE("a block of a PIN that is sent again stays hidden") {
  UsbTrace trace;
  CHECK(traced(trace, "12002000800831323334") == "> D6042C01  12 **");
  CHECK(traced(trace, "033536373839") == "> D6042C01  03 **");
  CHECK(traced(trace, "B3") == "> D6042C01B3");
  CHECK(traced(trace, "033536373839") == "> D6042C01  03 **");
  CHECK(traced(trace, "0200B0000000") == "> D6042C01  02 00B00000 +1");
  CHECK(traced(trace, "0200B0000000") == "> D6042C01  02 00B00000 +1");
}

TEST_CASE("of an answer nothing is shown, also when it came broken") {
  UsbTrace trace;
  const auto answer = [&trace](std::string_view data) { return trace.line('<', port100::data_frame(must(from_hex(data))).view()); };
  CHECK(answer("D7050000000008" "50112233440000" "05E0B381A1") == "< D705000000000850112233440000" "05E0B381A1");
  CHECK(answer("D7050000000008" "A3") == "< D7050000000008A3");
  CHECK(answer("D7050000000008" "F201") == "< D7050000000008F201");
  CHECK(answer("D7050400000008" "62E799AAE58FB7") == "< D7050400000008  62 +6");
  CHECK(answer("D7050400000008" "E7E799AAE58FB7") == "< D7050400000008  E7 +6");
}
