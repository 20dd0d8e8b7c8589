// SPDX-License-Identifier: Apache-2.0
#include "air.hpp"

#include <algorithm>

namespace myna::emulator {

// Type B: ten elementary time units of 128 / fc a byte, two bytes of CRC, 12.5 units of SOF and 10.5 of EOF.
Duration Air::time_of(std::size_t bytes, BitRate rate) {
  const double units = 10.0 * static_cast<double>(bytes + 2) + 23;
  return Duration(static_cast<std::int64_t>(units * 9.44 / readers::factor(rate)));
}

void Air::put(std::shared_ptr<Picc> card) {
  take();
  card_ = std::move(card);
  if (card_) card_->field(field_);
}

void Air::take() {
  if (card_) card_->field(false);
  card_.reset();
  second_.reset();
}

void Air::plan(std::vector<AirEvent> events, std::shared_ptr<Picc> replacement) {
  events_ = std::move(events);
  replacement_ = std::move(replacement);
}

void Air::field(bool on) {
  field_ = on;
  belated_.reset();
  if (card_) card_->field(on);
  if (second_) second_->field(on);
}

std::optional<AirFault> Air::fault() const {
  const auto event = std::ranges::find(events_, blocks_, &AirEvent::block);
  return event == events_.end() ? std::nullopt : std::optional(event->fault);
}

void Air::move_cards(std::optional<AirFault> fault) {
  if (fault == AirFault::removed) take();
  if (fault == AirFault::swapped) put(replacement_);
}

std::optional<Picc::Reply> Air::ask(ByteView block, BitRate rate) {
  return card_ ? card_->receive(block, rate) : std::nullopt;
}

Air::Heard Air::transmit(ByteView block, BitRate rate, Duration wait) {
  using Kind = Heard::Kind;
  const auto here = fault();
  move_cards(here);
  ++blocks_;
  const Duration down = time_of(block.size(), rate);
  air_time_ += down;
  const auto reply = here == AirFault::lost_to_card ? std::nullopt : ask(block, rate);
  if (belated_) return {Kind::block, *std::exchange(belated_, std::nullopt), down + Duration(300)};
  if (!reply) return {Kind::silence, {}, down + wait};
  const bool collision = second_ && second_->receive(block, rate).has_value();
  const Duration up = time_of(reply->block.size(), rate);
  card_time_ += reply->after;
  air_time_ += up;
  const Duration all = down + reply->after + up;
  if (here == AirFault::late) belated_ = reply->block;
  if (here == AirFault::twice) belated_ = reply->block;
  if (here == AirFault::late || here == AirFault::lost_from_card || reply->after > wait) return {Kind::silence, {}, down + wait};
  if (here == AirFault::broken_from_card || collision) return {Kind::broken, {}, all};
  return {Kind::block, reply->block, all};
}

}  // namespace myna::emulator
