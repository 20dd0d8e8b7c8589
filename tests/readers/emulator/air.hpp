// SPDX-License-Identifier: Apache-2.0
// Between antenna and card: air time, cards that come and go, and faults at the n-th block.
#pragma once

#include <memory>
#include <vector>

#include "picc.hpp"

namespace myna::emulator {

enum class AirFault : std::uint8_t {
  lost_to_card,
  lost_from_card,
  broken_from_card,   // a CRC error
  late,               // comes after the reader gave up, as the answer to its next block
  twice,              // and once more as the answer to the next block
  removed,            // before the block
  swapped,            // before the block, another card lies there
};

struct AirEvent {
  unsigned block;     // counted from 0 since the reader was plugged in
  AirFault fault;
};

class Air {
 public:
  struct Heard {
    enum class Kind : std::uint8_t { block, silence, broken } kind{};
    Bytes block;
    Duration time{};   // from the begin of the reader's block
  };

  void put(std::shared_ptr<Picc> card);
  void put_second(std::shared_ptr<Picc> card) { second_ = std::move(card); }
  void take();
  const std::shared_ptr<Picc>& card() const { return card_; }
  void plan(std::vector<AirEvent> events, std::shared_ptr<Picc> replacement = {});

  void field(bool on);
  bool field() const { return field_; }
  Heard transmit(ByteView block, BitRate rate, Duration wait);

  unsigned blocks() const { return blocks_; }
  Duration air_time() const { return air_time_; }     // of all blocks, both ways
  Duration card_time() const { return card_time_; }

  static Duration time_of(std::size_t bytes, BitRate rate);

 private:
  std::optional<AirFault> fault() const;
  void move_cards(std::optional<AirFault> fault);
  std::optional<Picc::Reply> ask(ByteView block, BitRate rate);

  std::shared_ptr<Picc> card_, second_, replacement_;
  std::vector<AirEvent> events_;
  std::optional<Bytes> belated_;
  unsigned blocks_ = 0;
  bool field_ = false;
  Duration air_time_{0}, card_time_{0};
};

}  // namespace myna::emulator
