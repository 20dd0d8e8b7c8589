// SPDX-License-Identifier: Apache-2.0
#include "usb_trace.hpp"

#include "myna/core/apdu.hpp"
#include "myna/core/hex.hpp"
#include "port100.hpp"

namespace myna::readers {
namespace {

using port100::Command;

constexpr std::size_t kTimeout = 2, kStatus = 5;   // before the block, in InCommRF and in its answer

bool is_information(ByteView block) { return !block.empty() && (block[0] & 0xE2) == 0x02; }
bool is_chained(ByteView block) { return (block[0] & 0x10) != 0; }

bool carries_pin(ByteView apdu) { return apdu.size() < 2 || apdu[1] == ins::kVerify || apdu[1] == ins::kChangeReferenceData; }

std::string first_and_length(ByteView block) { return to_hex(block.first(1)) + " +" + std::to_string(block.size() - 1); }

// R- and S-blocks, the call, the choice of a card and their answers: nothing of an application is in them.
bool is_control(ByteView block, bool to_card) {
  if (block.size() <= 2) return true;
  if (to_card) return (block[0] == 0x05 && block.size() == 3) || (block[0] == 0x1D && block.size() == 9);
  return block[0] == 0x50 && (block.size() == 12 || block.size() == 13);
}

}  // namespace

// Only the first block of a command begins with the header, and a block may be sent again: then it has the number of the one before.
std::string UsbTrace::command_block(ByteView block) {
  const bool first = !in_chain_ && (!hidden_ || (block[0] & 1) != number_);
  in_chain_ = is_chained(block);
  number_ = block[0] & 1;
  const ByteView apdu = block.subspan(1);
  hidden_ = !first || in_chain_ || carries_pin(apdu) || apdu.size() < 4;
  if (hidden_) return to_hex(block.first(1)) + " **";
  return to_hex(block.first(1)) + " " + to_hex(apdu.first(4)) + " +" + std::to_string(apdu.size() - 4);
}

// A block that came broken may be any part of anything: like an I-block.
std::string UsbTrace::air(ByteView data, bool to_card) {
  const std::size_t before = 2 + (to_card ? kTimeout : kStatus);
  if (data.size() <= before) return to_hex(data);
  const ByteView block = data.subspan(before);
  const std::string start = to_hex(data.first(before));
  if (is_information(block)) return start + "  " + (to_card ? command_block(block) : first_and_length(block));
  return is_control(block, to_card) ? start + to_hex(block) : start + "  " + first_and_length(block);
}

std::string UsbTrace::data_line(ByteView data) {
  if (data.size() < 2) return to_hex(data);
  const bool to_reader = data[0] == 0xD6;
  const auto code = static_cast<Byte>(data[1] - (to_reader ? 0 : 1));
  return code == static_cast<Byte>(Command::in_comm_rf) ? air(data, to_reader) : to_hex(data);
}

std::string UsbTrace::line(char direction, ByteView bytes) {
  std::string start = {direction, ' '};
  const auto frame = port100::parse_frame(bytes);
  if (!frame) return start + "no frame, " + std::to_string(bytes.size()) + " bytes";
  switch (frame->kind) {
    case port100::Frame::Kind::ack: return start + "ACK";
    case port100::Frame::Kind::error: return start + "error frame";
    case port100::Frame::Kind::data: return start + data_line(frame->data);
  }
  return start;
}

Status TracedPipe::write(ByteView frame) {
  sink_(trace_.line('>', frame));
  return inner_->write(frame);
}

Result<SecretBytes> TracedPipe::read(Duration at_most) {
  auto bytes = inner_->read(at_most);
  if (bytes) sink_(trace_.line('<', bytes->view()));
  else sink_(std::string("< ") + std::string(describe(bytes.error().code).name));
  return bytes;
}

Status TracedPipe::clear_halt() {
  sink_("- clear halt");
  return inner_->clear_halt();
}

Status TracedPipe::reset() {
  sink_("- reset");
  return inner_->reset();
}

}  // namespace myna::readers
