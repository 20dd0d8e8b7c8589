// SPDX-License-Identifier: Apache-2.0
#include "picc.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace myna::emulator {
namespace {

constexpr Duration kTurnaround{200};   // TR0 and TR1
constexpr std::array<std::size_t, 9> kFrameSizes{16, 24, 32, 40, 48, 64, 96, 128, 256};

bool starts(ByteView block, const Bytes& with, std::size_t at = 0) {
  return block.size() >= at + with.size() && equal(block.subspan(at, with.size()), with);
}

}  // namespace

Duration Picc::waiting_time() const {
  return Duration(static_cast<std::int64_t>(302.06 * std::exp2(options_.protocol_info.at(2) >> 4)));
}

void Picc::field(bool on) {
  if (on == (state_ != State::off)) return;
  state_ = on ? State::idle : State::off;
  rate_ = BitRate::k106;
  number_ = 1;
  command_.clear();
  last_.clear();
  extending_ = false;
  chip_.power(on);
}

std::optional<Picc::Reply> Picc::receive(ByteView block, BitRate rate) {
  if (state_ == State::off || block.empty() || rate != rate_) return std::nullopt;
  if (state_ == State::active && options_.deaf_above_106 && rate != BitRate::k106) return std::nullopt;
  return state_ == State::active ? selected(block) : activate(block);
}

std::optional<Picc::Reply> Picc::activate(ByteView block) {
  const bool call = block.size() == 3 && block[0] == 0x05 && block[1] == 0x00;
  if (call && (state_ != State::halted || (block[2] & 0x08) != 0)) {
    state_ = State::ready;
    Bytes atqb{0x50};
    append(atqb, options_.pupi);
    append(atqb, options_.application_data);
    append(atqb, options_.protocol_info);
    return Reply{std::move(atqb), kTurnaround};
  }
  if (state_ != State::ready || block.size() < 9 || !starts(block, options_.pupi, 1)) return std::nullopt;
  if (block[0] == 0x50) {
    state_ = State::halted;
    return Reply{{0x00}, kTurnaround};
  }
  if (block[0] != 0x1D || (block[8] & 0x0F) != 0 || (block[7] & 1) == 0) return std::nullopt;
  reader_frame_ = kFrameSizes.at(std::min<std::size_t>(block[6] & 0x0F, 8));
  rate_ = static_cast<BitRate>(std::min(2, block[6] >> 6));
  state_ = State::active;
  return Reply{{static_cast<Byte>(options_.mbli << 4)}, kTurnaround};
}

Picc::Reply Picc::remember(Bytes block, Duration after) {
  last_ = block;
  return {std::move(block), after + kTurnaround};
}

std::optional<Picc::Reply> Picc::selected(ByteView block) {
  const Byte pcb = block[0];
  if (pcb == 0xC2) {
    state_ = State::halted;
    rate_ = BitRate::k106;
    return Reply{{0xC2}, kTurnaround};
  }
  if (pcb == 0xF2 && extending_) return answer_or_extension();
  if ((pcb & 0xEE) == 0x02) return information(block);
  if ((pcb & 0xEE) == 0xA2) return acknowledge(block);
  return std::nullopt;
}

// Rule D and 10. A frame longer than announced is no frame.
std::optional<Picc::Reply> Picc::information(ByteView block) {
  if (block.size() + 2 > kFrameSizes.at(std::min<std::size_t>(options_.protocol_info.at(1) >> 4, 8))) return std::nullopt;
  number_ ^= 1;
  extending_ = false;
  append(command_, block.subspan(1));
  if ((block[0] & 0x10) != 0) return remember({static_cast<Byte>(0xA2 | number_)}, Duration(0));
  return execute();
}

// Rules E and 11 to 13.
std::optional<Picc::Reply> Picc::acknowledge(ByteView block) {
  const bool not_acknowledge = (block[0] & 0x10) != 0;
  if ((block[0] & 1) == number_) return last_.empty() ? std::nullopt : std::optional(Reply{last_, kTurnaround});
  if (not_acknowledge) return Reply{{static_cast<Byte>(0xA2 | number_)}, kTurnaround};
  if (answered_ >= answer_.size()) return std::nullopt;
  number_ ^= 1;
  return next_part();
}

Picc::Reply Picc::execute() {
  ++executed_;
  const Bytes command = std::exchange(command_, {});
  left_ = chip_.time(command);
  answer_ = chip_.process(command);
  answered_ = 0;
  extensions_ = options_.extensions;
  return answer_or_extension();
}

// Asks for more time shortly before its waiting time ends.
Picc::Reply Picc::answer_or_extension() {
  const Duration limit = waiting_time() * 8 / 10;
  if (left_ <= limit && extensions_ == 0) {
    extending_ = false;
    return next_part();
  }
  if (left_ > limit) left_ -= limit;
  else --extensions_;
  extending_ = true;
  return remember({0xF2, 0x01}, left_ > Duration(0) ? limit : Duration(0));
}

Picc::Reply Picc::next_part() {
  const std::size_t size = std::min(reader_frame_ - 3, answer_.size() - answered_);
  const bool more = answered_ + size < answer_.size();
  Bytes block{static_cast<Byte>(0x02 | number_ | (more ? 0x10 : 0))};
  append(block, ByteView(answer_).subspan(answered_, size));
  answered_ += size;
  return remember(std::move(block), std::exchange(left_, Duration(0)));
}

}  // namespace myna::emulator
