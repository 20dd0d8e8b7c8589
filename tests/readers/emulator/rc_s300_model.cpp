// SPDX-License-Identifier: Apache-2.0
#include "rc_s300_model.hpp"

#include <array>

namespace myna::emulator {
namespace {

constexpr Byte kCcidIn = 0x81, kCcidOut = 0x01, kInterrupt = 0x83;
constexpr std::size_t kHeader = 10, kMaxMessage = 522;
constexpr Duration kCcidUsb{125};
constexpr Duration kExtension{500'000};   // a time extension at this interval while the card computes
constexpr Byte kIccMute = 0xFE, kNotSupported = 0x00;

// Interface 0 is CCID; interface 1, vendor specific, is for WebUSB and stands here so that drivers meet it.
Bytes ccid_configuration() {
  Bytes c{9, 2, 0, 0, 2, 1, 0, 0x80, 50,  9, 4, 0, 0, 3, 0x0B, 0, 0, 0,
          54, 0x21, 0x10, 0x01, 0, 7, 2, 0, 0, 0,                       // CCID 1.10, one slot, voltages, T=1
          0xFC, 0x0D, 0, 0, 0xFC, 0x0D, 0, 0, 0, 0x80, 0x25, 0, 0, 0x80, 0x25, 0, 0, 0, 0xFE, 0, 0, 0,   // clocks, rates, IFSD 254
          0, 0, 0, 0, 0, 0, 0, 0, 0x7E, 0x00, 0x04, 0x00, 0x0A, 0x02, 0, 0,   // dwFeatures 0004007E, 522 bytes a message
          0xFF, 0xFF, 0, 0, 0, 1,
          7, 5, kCcidIn, 2, 64, 0, 0,  7, 5, kCcidOut, 2, 64, 0, 0,  7, 5, kInterrupt, 3, 8, 0, 16,
          9, 4, 1, 0, 2, 0xFF, 0, 0, 0,  7, 5, 0x82, 2, 64, 0, 0,  7, 5, 0x02, 2, 64, 0, 0};
  c[2] = static_cast<Byte>(c.size());
  return c;
}

}  // namespace

RcS300::RcS300(std::string serial)
    : UsbModel({0x054C, 0x0DC9, "SONY", "FeliCa Port/PaSoRi 4.0", std::move(serial), ccid_configuration()}) {}

void RcS300::put(Chip chip, Bytes atr) {
  take();
  chip_ = std::move(chip);
  atr_ = std::move(atr);
}

void RcS300::take() {
  if (chip_ && powered_) chip_->power(false);
  powered_ = false;
  chip_.reset();
}

void RcS300::on_reset() {
  if (chip_ && powered_) chip_->power(false);
  powered_ = false;
}

void RcS300::card_moved(TimePoint now) { send(kInterrupt, {0x50, static_cast<Byte>(chip_ ? 3 : 2)}, now); }

void RcS300::answer(Byte type, const Message& to, Bytes data, TimePoint ready, Byte error, Byte chain, bool extension) {
  const auto icc = static_cast<Byte>(!chip_ ? 2 : powered_ ? 0 : 1);
  const auto status = static_cast<Byte>(icc | (extension ? 0x80 : error != 0 || type == 0xFF ? 0x40 : 0));
  const auto size = static_cast<std::uint32_t>(data.size());
  Bytes bytes{type, static_cast<Byte>(size), static_cast<Byte>(size >> 8), 0, 0, to.slot, to.sequence, status, error, chain};
  append(bytes, data);
  send(kCcidIn, std::move(bytes), ready + kCcidUsb);
}

void RcS300::received(Byte endpoint, Bytes b, TimePoint now) {
  if (endpoint != kCcidOut || b.size() < kHeader) return;
  const Message message{b[0], b[5], b[6], b[7], b[8], b[9], Bytes(b.begin() + kHeader, b.end())};
  switch (message.type) {
    case 0x62: return power_on(message, now);
    case 0x63: on_reset(); return answer(0x81, message, {}, now);
    case 0x65: return answer(0x81, message, {}, now);
    case 0x6F: return transfer_block(message, now);
    case 0x61: case 0x6C: case 0x6D: return answer(0x82, message, {0x11, 0x10, 0, 0x45, 0, 0xFE, 0}, now, 0, 1);
    case 0x6B: return answer(0x83, message, {}, now, 0x0A);
    default: return answer(0x81, message, {}, now, kNotSupported + 1);
  }
}

void RcS300::power_on(const Message& message, TimePoint now) {
  if (!chip_) return answer(0x80, message, {}, now, kIccMute);
  on_reset();
  chip_->power(true);
  powered_ = true;
  answer(0x80, message, atr_, now + Duration(15'000));
}

// wLevelParameter: 0 whole, 1 begin, 2 end, 3 middle of a command; 10h asks for the next part of the answer.
void RcS300::transfer_block(const Message& message, TimePoint now) {
  const unsigned level = message.p2 | static_cast<unsigned>(message.p3) << 8U;
  if (!chip_ || !powered_) return answer(0x80, message, {}, now, kIccMute);
  if (level == 0x10) return send_part(message, now);
  if (level == 0 || level == 1) command_.clear();
  append(command_, message.data);
  if (level == 1 || level == 3) return answer(0x80, message, {}, now, 0, 0x10);
  Duration time = chip_->time(command_);
  response_ = chip_->process(command_);
  sent_ = 0;
  TimePoint ready = now;
  for (; time > kExtension; time -= kExtension) answer(0x80, message, {}, ready += kExtension, 1, 0, true);
  send_part(message, ready + time);
}

// bChainParameter: 0 whole, 1 begin, 2 end, 3 middle.
void RcS300::send_part(const Message& message, TimePoint ready) {
  const std::size_t size = std::min(response_.size() - sent_, kMaxMessage - kHeader);
  const bool first = sent_ == 0, last = sent_ + size == response_.size();
  const auto from = response_.begin() + static_cast<std::ptrdiff_t>(sent_);
  Bytes part(from, from + static_cast<std::ptrdiff_t>(size));
  sent_ += size;
  answer(0x80, message, std::move(part), ready, 0, static_cast<Byte>(first ? (last ? 0 : 1) : (last ? 2 : 3)));
}

}  // namespace myna::emulator
