// SPDX-License-Identifier: Apache-2.0
// The reader machine and an emulated card, with faults of the air and of the USB wherever the input wants them: the card executes each
// command at most once, no answer belongs to another command, and when the faults end the card is usable.
#include <cstdlib>

#include "readers/core/reader_machine.hpp"
#include "tests/readers/emulator/memory_pipe.hpp"
#include "tests/readers/emulator/rc_s380_model.hpp"

using namespace myna;
using namespace myna::readers;
using namespace myna::emulator;

namespace {

constexpr std::array<Byte, 4> kFrames{0x01, 0x41, 0x71, 0x81};
constexpr std::array<Byte, 4> kWaits{0x41, 0x81, 0xA1, 0xD1};   // FWI 4, 8, 10, 13
constexpr unsigned kEvents = 24;

void require(bool condition) {
  if (!condition) std::abort();
}

struct Table {
  Air air;
  VirtualClock clock;
  RcS380 reader{air};
  MemoryPipe pipe{reader, clock};
  ReaderMachine machine;
  unsigned executed = 0;
  std::size_t answer_size = 0;

  Table(unsigned options, unsigned extensions)
      : machine(pipe, clock, (options & 16) != 0 ? BitRateChoice::automatic : BitRateChoice::k106) {
    air.put(card(options, extensions));
  }

  std::shared_ptr<Picc> card(unsigned options, unsigned extensions) {
    Chip chip{.process = [this](ByteView) {
      Bytes answer(answer_size, static_cast<Byte>(++executed));
      append(answer, std::array<Byte, 2>{0x90, 0x00});
      return answer;
    }};
    return std::make_shared<Picc>(std::move(chip), PiccOptions{.protocol_info = {0xB3, kFrames[options & 3], kWaits[options >> 2 & 3]},
                                                               .deaf_above_106 = (options & 32) != 0, .extensions = extensions % 4});
  }

  void exchange(std::size_t command, std::size_t answer) {
    answer_size = answer;
    const unsigned before = executed;
    const auto got = machine.exchange(Bytes(command + 1, 0x20));
    require(executed <= before + 1);
    if (!got) return;
    require(executed == before + 1 && got->size() == answer + 2);
    require(answer == 0 || (got->view()[0] == static_cast<Byte>(executed) && got->view()[answer - 1] == static_cast<Byte>(executed)));
  }
};

void plan(Table& table, ByteReader& input) {
  std::vector<AirEvent> air;
  std::vector<UsbEvent> usb;
  unsigned block = table.air.blocks(), command = table.reader.commands();
  for (unsigned i = 0; i < kEvents && input.remaining() > 0; ++i) {
    const unsigned what = *input.u8();
    if (what < 192) air.push_back({block += 1 + what / 5 % 8, static_cast<AirFault>(what % 5)});
    else usb.push_back({command += 1 + what / 6 % 8, static_cast<UsbFault>(what % 6)});
  }
  table.air.plan(std::move(air));
  table.reader.plan(std::move(usb));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader input(ByteView(data, size));
  const unsigned options = input.u8().value_or(0), extensions = input.u8().value_or(0), sizes = input.u8().value_or(0);
  Table table(options, extensions);
  require(table.machine.start().has_value());
  plan(table, input);
  const TimePoint begin = table.clock.now();
  for (unsigned i = 0; i < 6; ++i) {
    if (table.machine.atr().empty()) (void)table.machine.power_on();
    table.exchange(sizes * i % 700, sizes * 3 * i % 700);
  }
  require(table.clock.now() - begin < 10min);

  table.air.plan({});
  table.reader.plan({});
  table.reader.reset();
  // "No" for a loss before, and once more for the reset of the reader.
  bool there = false;
  for (int look = 0; look < 3 && !there; ++look) there = table.machine.card_present().value_or(false);
  require(there);
  require(table.machine.power_on().has_value());
  const unsigned before = table.executed;
  table.exchange(5, 5);
  require(table.executed == before + 1);
  return 0;
}
