// SPDX-License-Identifier: Apache-2.0
// A Type B card as the air sees it: activation (ISO/IEC 14443-3) and the card's side of the block protocol (14443-4, rules D, E and 9 to
// 13). What it does with an APDU is up to its user.
#pragma once

#include <functional>
#include <optional>

#include "myna/core/bytes.hpp"
#include "readers/core/clock.hpp"
#include "readers/core/port100.hpp"

namespace myna::emulator {

using readers::BitRate;
using readers::Duration;

// The chip behind the antenna.
struct Chip {
  std::function<void(bool on)> power = [](bool) {};
  std::function<Bytes(ByteView apdu)> process;
  std::function<Duration(ByteView apdu)> time = [](ByteView) { return Duration(0); };   // of computing
};

struct PiccOptions {
  Bytes pupi{0x11, 0x22, 0x33, 0x44};
  Bytes application_data{0x00, 0x00, 0x05, 0xE0};   // with the two below, an ATR seen on real cards (docs/card/transport.md)
  Bytes protocol_info{0xB3, 0x81, 0xA1};
  Byte mbli = 0;
  bool deaf_above_106 = false;                      // accepts a higher rate and then cannot use it
  unsigned extensions = 0;                          // waiting time extensions before each answer, besides those it needs
};

class Picc {
 public:
  Picc(Chip chip, PiccOptions options) : chip_(std::move(chip)), options_(std::move(options)) {}

  struct Reply {
    Bytes block;
    Duration after;   // from the end of the reader's block
  };

  void field(bool on);
  std::optional<Reply> receive(ByteView block, BitRate rate);

  const PiccOptions& options() const { return options_; }
  unsigned executed() const { return executed_; }   // APDUs

 private:
  enum class State : std::uint8_t { off, idle, ready, active, halted };
  Duration waiting_time() const;
  std::optional<Reply> activate(ByteView block);
  std::optional<Reply> selected(ByteView block);
  std::optional<Reply> information(ByteView block);
  std::optional<Reply> acknowledge(ByteView block);
  Reply execute();
  Reply answer_or_extension();
  Reply next_part();
  Reply remember(Bytes block, Duration after);

  Chip chip_;
  PiccOptions options_;
  State state_ = State::off;
  BitRate rate_ = BitRate::k106;
  std::size_t reader_frame_ = 256;
  Byte number_ = 1;
  Bytes command_, answer_, last_;
  std::size_t answered_ = 0;
  Duration left_{0};          // of computing
  unsigned extensions_ = 0;   // left to ask for
  bool extending_ = false;
  unsigned executed_ = 0;
};

}  // namespace myna::emulator
