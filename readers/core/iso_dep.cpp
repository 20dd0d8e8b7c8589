// SPDX-License-Identifier: Apache-2.0
#include "iso_dep.hpp"

#include <algorithm>

namespace myna::readers {
namespace {

constexpr Byte kInformation = 0x02, kChained = 0x10;
constexpr Byte kAcknowledge = 0xA2, kNotAcknowledge = 0xB2;
constexpr Byte kWaitingTimeExtension = 0xF2, kDeselect = 0xC2;
constexpr unsigned kMaxErrors = 3;
constexpr Duration kExtra{3'600};              // 49152 / fc, given on top of each waiting time
constexpr Duration kLongestWait{4'949'000};    // FWT of FWI 14: no extension goes beyond it
constexpr std::size_t kPrologueAndCrc = 3;     // of a frame: PCB and two bytes of CRC

bool is_information(Byte pcb) { return (pcb & 0xEE) == kInformation; }     // without CID and NAD: we offer neither
bool is_acknowledge(Byte pcb) { return (pcb & 0xFE) == kAcknowledge; }

}  // namespace

IsoDep::IsoDep(std::size_t max_frame, Duration frame_waiting_time)
    : max_information_(std::max<std::size_t>(max_frame, 16) - kPrologueAndCrc), wait_(frame_waiting_time + kExtra) {}

IsoDep::Step IsoDep::start(ByteView apdu) {
  apdu_ = SecretBytes(apdu);
  response_ = SecretBytes();
  sent_ = 0;
  errors_ = 0;
  receiving_ = false;
  return send_next();
}

bool IsoDep::more_to_send() const { return sent_ < apdu_.size(); }

IsoDep::Step IsoDep::send_next() {
  const ByteView rest = apdu_.view().subspan(sent_);
  const ByteView part = rest.first(std::min(rest.size(), max_information_));
  sent_ += part.size();
  const auto pcb = static_cast<Byte>(kInformation | number_ | (more_to_send() ? kChained : 0));
  last_command_ = SecretBytes(ByteView(&pcb, 1));
  last_command_.append(part);
  return send(last_command_.view(), wait_);
}

IsoDep::Step IsoDep::send(ByteView block, Duration wait) {
  asked_ = !block.empty() && (block[0] & 0xFE) == kNotAcknowledge;
  return Send{SecretBytes(block), wait};
}

IsoDep::Step IsoDep::send_control(Byte kind) {
  const auto pcb = static_cast<Byte>(kind | number_);
  return send(ByteView(&pcb, 1), wait_);
}

IsoDep::Step IsoDep::on_block(ByteView block) {
  if (block.empty()) return on_error();
  if (block[0] == kWaitingTimeExtension) return on_waiting_time_extension(block);
  if (is_acknowledge(block[0]) && block.size() == 1) return on_acknowledge(block[0] & 1);
  if (is_information(block[0])) return on_information(block);
  return on_error();
}

// Rule 4 and 5 of 7.5.4.2.
IsoDep::Step IsoDep::on_error() {
  if (++errors_ > kMaxErrors) return Stop{Errc::link_lost};
  return send_control(receiving_ ? kAcknowledge : kNotAcknowledge);
}

// WTXM is 1 to 59; the power level bits above it are the card's own affair (7.3).
IsoDep::Step IsoDep::on_waiting_time_extension(ByteView block) {
  const Byte multiplier = block.size() == 2 ? block[1] & 0x3F : 0;
  if (multiplier == 0 || multiplier > 59) return on_error();
  errors_ = 0;
  const std::array<Byte, 2> answer{kWaitingTimeExtension, multiplier};
  return send(answer, std::min(multiplier * (wait_ - kExtra), kLongestWait) + kExtra);
}

IsoDep::Step IsoDep::on_acknowledge(Byte number) {
  if (receiving_) return on_error();
  if (number == number_) return on_command_acknowledged();
  // The card never got the block (rule 6). Believed only as the answer to our question: an acknowledgement that comes late
  // looks the same.
  if (!asked_) return on_error();
  return send(last_command_.view(), wait_);
}

IsoDep::Step IsoDep::on_command_acknowledged() {
  if (!more_to_send()) return on_error();
  number_ ^= 1;
  errors_ = 0;
  return send_next();
}

IsoDep::Step IsoDep::on_information(ByteView block) {
  const bool chained = (block[0] & kChained) != 0;
  if ((block[0] & 1) != number_ || more_to_send()) return on_error();
  if (response_.size() + block.size() - 1 > kMaxResponse) return Stop{Errc::link_lost};
  number_ ^= 1;
  errors_ = 0;
  response_.append(block.subspan(1));
  receiving_ = chained;
  if (chained) return send_control(kAcknowledge);
  return Done{std::move(response_)};
}

IsoDep::Send IsoDep::ping(Duration wait) const {
  const auto pcb = static_cast<Byte>(kNotAcknowledge | number_);
  return {SecretBytes(ByteView(&pcb, 1)), wait};
}

IsoDep::Send IsoDep::deselect(Duration wait) { return {SecretBytes(ByteView(&kDeselect, 1)), wait}; }

}  // namespace myna::readers
