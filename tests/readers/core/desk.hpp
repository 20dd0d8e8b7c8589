// SPDX-License-Identifier: Apache-2.0
// The reader machine on an emulated RC-S380 on a virtual clock, with a virtual My Number card or a toy chip on the antenna.
#pragma once

#include "readers/channel/shared_reader.hpp"
#include "readers/core/reader_machine.hpp"
#include "tests/readers/emulator/memory_pipe.hpp"
#include "tests/readers/emulator/rc_s380_model.hpp"
#include "tests/support/virtual_card_fixture.hpp"

namespace myna::test {

using namespace myna::readers;
using namespace myna::emulator;

inline Chip chip_of(std::shared_ptr<VirtualCard> card, Duration signature = Duration(0)) {
  return {.power = [card](bool on) { on ? card->power_on() : card->power_off(); },
          .process = [card](ByteView apdu) { return card->process(apdu); },
          .time = [signature](ByteView apdu) { return apdu.size() > 1 && apdu[1] == 0x2A ? signature : Duration(2'000); }};
}

// Answers "length of command" bytes of its own command number, so that a lost, repeated or mixed-up answer shows.
struct ToyChip {
  unsigned commands = 0;
  std::size_t answer_size = 4;
  Duration time{1'000};

  Chip chip() {
    return {.power = [](bool) {},
            .process = [this](ByteView) {
              ++commands;
              Bytes answer(answer_size, static_cast<Byte>(commands));
              append(answer, std::array<Byte, 2>{0x90, 0x00});
              return answer;
            },
            .time = [this](ByteView) { return time; }};
  }
};

// For who wants to own a reader: the desk keeps the machine.
struct BorrowedReader final : CardReader {
  explicit BorrowedReader(ReaderMachine& m) : machine(&m) {}
  Result<bool> card_present() override { return machine->card_present(); }
  Result<bool> look() override { return machine->look(); }
  bool several_cards() const override { return machine->several_cards(); }
  Result<Bytes> power_on() override { return machine->power_on(); }
  Status power_off() override { return machine->power_off(); }
  Result<SecretBytes> exchange(ByteView apdu) override { return machine->exchange(apdu); }
  Bytes atr() const override { return machine->atr(); }
  ReaderMachine* machine;
};

struct Desk {
  Air air;
  VirtualClock clock;
  RcS380 reader{air};
  MemoryPipe pipe{reader, clock};
  ReaderMachine machine;

  explicit Desk(BitRateChoice choice = BitRateChoice::k106) : machine(pipe, clock, choice) {}

  std::shared_ptr<Picc> put(Chip chip, PiccOptions options = {}) {
    auto card = std::make_shared<Picc>(std::move(chip), std::move(options));
    air.put(card);
    return card;
  }
};

}  // namespace myna::test
