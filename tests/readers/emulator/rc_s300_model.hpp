// SPDX-License-Identifier: Apache-2.0
// The RC-S300 as USB sees it: CCID 1.10 at the level of extended APDUs, with the descriptor that Sony sent to the CCID project (READERS.md
// 3). Speaks to the chip itself: what its firmware does on the air is not known.
#pragma once

#include <mutex>

#include "picc.hpp"
#include "usb_model.hpp"

namespace myna::emulator {

class RcS300 final : public UsbModel {
 public:
  explicit RcS300(std::string serial = "");

  void put(Chip chip, Bytes atr);
  void take();
  void card_moved(TimePoint now) override;   // NotifySlotChange

 private:
  struct Message {
    Byte type, slot, sequence, p1, p2, p3;
    Bytes data;
  };
  void received(Byte endpoint, Bytes transfer, TimePoint now) override;
  void on_reset() override;
  void answer(Byte type, const Message& to, Bytes data, TimePoint ready, Byte error = 0, Byte chain = 0, bool extension = false);
  void power_on(const Message& message, TimePoint now);
  void transfer_block(const Message& message, TimePoint now);
  void send_part(const Message& message, TimePoint ready);

  std::optional<Chip> chip_;
  Bytes atr_, command_, response_;
  std::size_t sent_ = 0;
  bool powered_ = false;
};

}  // namespace myna::emulator
