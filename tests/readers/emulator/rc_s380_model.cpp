// SPDX-License-Identifier: Apache-2.0
#include "rc_s380_model.hpp"

#include <algorithm>
#include <numeric>

namespace myna::emulator {
namespace {

constexpr Byte kIn = 0x81, kOut = 0x02;
constexpr Duration kUsb{125};        // one transfer
constexpr Duration kChip{300};       // a command of its own
constexpr Duration kGuard{5'000};    // field on to the first block
const Bytes kAckFrame{0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00};
const Bytes kErrorFrame{0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00};

Bytes configuration() {
  return {9, 2, 32, 0, 1, 1, 0, 0x80, 50,  9, 4, 0, 0, 2, 0xFF, 0, 0, 0,  7, 5, kIn, 2, 64, 0, 0,  7, 5, kOut, 2, 64, 0, 0};
}

Byte sum(ByteView bytes) { return static_cast<Byte>(-std::accumulate(bytes.begin(), bytes.end(), 0)); }

// Written apart from the code under test: two views of one specification.
std::optional<Bytes> unframe(const Bytes& f) {
  if (f.size() < 10 || f[0] != 0 || f[1] != 0 || f[2] != 0xFF || f[3] != 0xFF || f[4] != 0xFF) return std::nullopt;
  const std::size_t length = f[5] + 256U * f[6];
  if (static_cast<Byte>(f[5] + f[6] + f[7]) != 0 || f.size() != length + 10 || f.back() != 0) return std::nullopt;
  const Bytes data(f.begin() + 8, f.end() - 2);
  return sum(data) == f[f.size() - 2] ? std::optional(data) : std::nullopt;
}

Bytes frame(const Bytes& data) {
  const auto low = static_cast<Byte>(data.size()), high = static_cast<Byte>(data.size() >> 8);
  Bytes f{0x00, 0x00, 0xFF, 0xFF, 0xFF, low, high, static_cast<Byte>(-(low + high))};
  append(f, data);
  f.push_back(sum(data));
  f.push_back(0x00);
  return f;
}

Bytes status_bytes(std::uint32_t s) {
  return {static_cast<Byte>(s), static_cast<Byte>(s >> 8), static_cast<Byte>(s >> 16), static_cast<Byte>(s >> 24)};
}

}  // namespace

RcS380::RcS380(Air& air, std::string serial)
    : UsbModel({0x054C, 0x06C1, "SONY", "RC-S380/S", std::move(serial), configuration()}), air_(&air) {}

void RcS380::on_reset() {
  type_b_ = hung_ = false;
  protocol_.clear();
  air_->field(false);
}

void RcS380::leave_garbage(TimePoint now) {
  air_->field(true);
  send(kIn, kAckFrame, now);
  send(kIn, frame({0xD7, 0x05, 0x80, 0, 0, 0}), now);
}

std::optional<UsbFault> RcS380::fault() const {
  const auto event = std::ranges::find(events_, commands_, &UsbEvent::command);
  return event == events_.end() ? std::nullopt : std::optional(event->fault);
}

void RcS380::received(Byte endpoint, Bytes transfer, TimePoint now) {
  if (endpoint != kOut || hung_ || halted_) return;
  if (transfer == kAckFrame) return forget(kIn);   // cancels the command and its answer
  const auto command = unframe(transfer);
  if (!command) return send(kIn, kErrorFrame, now + kUsb);
  const auto here = fault();
  ++commands_;
  if (here == UsbFault::halted) halted_ = true;
  if (here == UsbFault::hung) hung_ = true;
  if (here == UsbFault::no_acknowledgement || halted_ || hung_) return;
  if (here == UsbFault::error_frame) return send(kIn, kErrorFrame, now + kUsb);
  send(kIn, kAckFrame, now + kUsb);
  auto answer = execute(*command);
  if (!answer || here == UsbFault::no_answer) return;
  Bytes bytes = frame(answer->data);
  if (here == UsbFault::broken_answer) bytes[bytes.size() - 2] ^= 0x55;
  send(kIn, std::move(bytes), now + kUsb + answer->time + kUsb);
}

std::optional<RcS380::Answer> RcS380::execute(ByteView command) {
  if (command.size() < 2 || command[0] != 0xD6) return std::nullopt;
  const ByteView arguments = command.subspan(2);
  Answer answer{{}, kChip};
  switch (command[1]) {
    case 0x00: answer = in_set_rf(arguments); break;
    case 0x02: answer = in_set_protocol(arguments); break;
    case 0x04: answer = in_comm_rf(arguments); break;
    case 0x06: air_->field(!arguments.empty() && arguments[0] == 1); answer.data = {0}; break;
    case 0x20: answer.data = {0x11, 0x01}; break;
    case 0x22: answer.data = {0x00, 0x01}; break;
    case 0x28: answer.data = {0, 0, 0, 0, 0, 0, 0, 3}; break;
    case 0x2A: answer.data = {static_cast<Byte>(arguments.size() == 1 && arguments[0] <= 1 ? 0 : 1)}; break;
    default: return std::nullopt;
  }
  if (const Byte status = refused_[command[1]]; status != 0) answer.data = {status};
  answer.data.insert(answer.data.begin(), {0xD7, static_cast<Byte>(command[1] + 1)});
  return answer;
}

RcS380::Answer RcS380::in_set_rf(ByteView a) {
  const bool b = a.size() == 4 && a[0] == 3 && a[1] >= 7 && a[1] <= 9 && a[2] == 0x0F && a[3] == a[1];
  type_b_ = b;
  protocol_.clear();
  if (b) rate_ = static_cast<BitRate>(a[1] - 7);
  return {{static_cast<Byte>(a.size() == 4 ? 0 : 1)}, kChip};
}

RcS380::Answer RcS380::in_set_protocol(ByteView a) {
  for (std::size_t i = 0; i + 1 < a.size(); i += 2) protocol_[a[i]] = a[i + 1];
  return {{static_cast<Byte>(a.size() % 2)}, kChip};
}

// CRC, SOF and EOF are the chip's affair only when the table says so; without, no Type B card understands it.
RcS380::Answer RcS380::in_comm_rf(ByteView a) {
  const bool first = !air_->field();
  air_->field(true);
  if (a.size() < 3) return {status_bytes(0x01), kChip};
  if (forced_status_ != 0) return {status_bytes(std::exchange(forced_status_, 0)), kChip};
  const Duration wait = 100 * Duration(a[0] + 256 * a[1]);
  const bool understood = type_b_ && protocol_[0x01] == 1 && protocol_[0x02] == 1 && protocol_[0x09] == 1 && protocol_[0x0B] == 1;
  if (!understood) return {status_bytes(0x80), wait};
  auto heard = air_->transmit(a.subspan(2), rate_, wait);
  if (first) heard.time += kGuard;
  if (heard.kind == Air::Heard::Kind::silence) return {status_bytes(0x80), heard.time};
  if (heard.kind == Air::Heard::Kind::broken) return {status_bytes(0x04), heard.time};
  Bytes data = status_bytes(0);
  data.push_back(8);
  append(data, heard.block);
  return {std::move(data), heard.time};
}

}  // namespace myna::emulator
