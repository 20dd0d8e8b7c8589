// SPDX-License-Identifier: Apache-2.0
// Frames of a broken or hostile reader: what is taken for a frame is one, byte for byte.
#include <cstdlib>

#include "readers/core/port100.hpp"

using namespace myna;
using namespace myna::readers;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void read_answers(ByteView data) {
  using port100::Command;
  for (const Command command : {Command::in_set_rf, Command::in_comm_rf, Command::switch_rf, Command::get_firmware_version}) {
    const auto answer = port100::answer_to(command, data);
    if (!answer) continue;
    require(answer->size() + 2 == data.size());
    const auto air = port100::parse_in_comm_rf(*answer);
    if (air && air->kind != port100::AirAnswer::Kind::block) require(air->block.empty());
    if (air && air->kind == port100::AirAnswer::Kind::block) require(!air->block.empty() && air->block.size() + 5 == answer->size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  const ByteView bytes(input, size);
  const auto frame = port100::parse_frame(bytes);
  if (frame && frame->kind == port100::Frame::Kind::data) {
    require(equal(port100::data_frame(frame->data).view(), bytes));
    read_answers(frame->data);
  }
  // And the same bytes in a good frame: the checksums keep most inputs out.
  if (size > 0xFFFF) return 0;
  const auto framed = port100::data_frame(bytes);
  const auto again = port100::parse_frame(framed.view());
  require(again && again->kind == port100::Frame::Kind::data && equal(again->data, bytes));
  read_answers(again->data);
  return 0;
}
