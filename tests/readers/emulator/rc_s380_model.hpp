// SPDX-License-Identifier: Apache-2.0
// The RC-S380 as USB sees it: frames, commands, states of the chip (docs/card/readers.md). Talks to a card only after InSetRF and
// InSetProtocol really said Type B.
#pragma once

#include "air.hpp"
#include "usb_model.hpp"

namespace myna::emulator {

enum class UsbFault : std::uint8_t {
  no_acknowledgement,   // the command is not seen
  no_answer,            // executed, but the answer is lost
  broken_answer,        // a wrong checksum
  error_frame,
  halted,               // until the endpoints are cleared
  hung,                 // until the device is reset
};

struct UsbEvent {
  unsigned command;     // counted from 0 since the reader was plugged in
  UsbFault fault;
};

class RcS380 final : public UsbModel {
 public:
  explicit RcS380(Air& air, std::string serial = "");

  void plan(std::vector<UsbEvent> events) { events_ = std::move(events); }
  // What a killed program left: field on, an answer nobody read.
  void leave_garbage(TimePoint now);
  unsigned commands() const { return commands_; }
  // The status of every such command from now on; 0: as it should be.
  void refuse(Byte command, Byte status) { refused_[command] = status; }
  void answer_in_comm_rf_with(std::uint32_t status) { forced_status_ = status; }

 private:
  struct Answer {
    Bytes data;
    Duration time;
  };
  void received(Byte endpoint, Bytes transfer, TimePoint now) override;
  void on_reset() override;
  std::optional<Answer> execute(ByteView command);
  Answer in_set_rf(ByteView arguments);
  Answer in_set_protocol(ByteView arguments);
  Answer in_comm_rf(ByteView arguments);
  std::optional<UsbFault> fault() const;

  Air* air_;
  std::vector<UsbEvent> events_;
  unsigned commands_ = 0;
  bool type_b_ = false, hung_ = false;
  std::map<Byte, Byte> protocol_, refused_;
  BitRate rate_ = BitRate::k106;
  std::uint32_t forced_status_ = 0;
};

}  // namespace myna::emulator
