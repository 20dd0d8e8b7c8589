// SPDX-License-Identifier: Apache-2.0
// An RC-S380 that is plugged in: pipe, clock and machine in one piece.
#pragma once

#include "readers/core/reader_machine.hpp"
#include "readers/core/usb_trace.hpp"
#include "usb_pipe.hpp"

namespace myna::readers {

class RcS380 final : public CardReader {
 public:
  // Errors: those of open_usb_pipe and of ReaderMachine::start.
  static Result<std::unique_ptr<RcS380>> open(int bus, int address, BitRateChoice choice = BitRateChoice::k106, TraceSink trace = {});

  Result<bool> card_present() override { return machine_.card_present(); }
  Result<bool> look() override { return machine_.look(); }
  bool several_cards() const override { return machine_.several_cards(); }
  Result<Bytes> power_on() override { return machine_.power_on(); }
  Status power_off() override { return machine_.power_off(); }
  Result<SecretBytes> exchange(ByteView apdu) override { return machine_.exchange(apdu); }
  Bytes atr() const override { return machine_.atr(); }
  std::uint16_t firmware() const noexcept { return machine_.firmware(); }

 private:
  RcS380(std::unique_ptr<Pipe> pipe, BitRateChoice choice) : pipe_(std::move(pipe)), machine_(*pipe_, clock_, choice) {}

  SystemClock clock_;
  std::unique_ptr<Pipe> pipe_;
  ReaderMachine machine_;
};

}  // namespace myna::readers
