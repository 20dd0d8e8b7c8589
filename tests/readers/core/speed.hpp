// SPDX-License-Identifier: Apache-2.0
// How long the driver takes beside what air and card need, and how soon it sees a card: on the virtual clock, so the figures are exact.
#pragma once

#include "desk.hpp"

namespace myna::test {

constexpr Duration kSignatureTime = 300ms;   // of the card's chip

struct Speed {
  Duration all, air, card;
  double ratio() const { return static_cast<double>(all.count()) / static_cast<double>((air + card).count()); }
};

template <typename Work>
Speed speed_of(Desk& desk, Work work) {
  const TimePoint begin = desk.clock.now();
  const Duration air = desk.air.air_time(), card = desk.air.card_time();
  work();
  return {desk.clock.now() - begin, desk.air.air_time() - air, desk.air.card_time() - card};
}

// SELECT, VERIFY, SELECT of the key, signature.
inline Speed speed_of_signature(BitRateChoice rate) {
  Desk desk(rate);
  const auto card = std::make_shared<VirtualCard>(must(VirtualCard::create(card_image())));
  desk.put(chip_of(card, kSignatureTime));
  if (!desk.machine.start() || !desk.machine.power_on()) throw std::runtime_error("no card");
  const auto send = [&desk](const std::string& hex) {
    const auto answer = must(desk.machine.exchange(must(from_hex(hex))));
    if (to_hex(answer.view().last(2)) != "9000") throw std::runtime_error(hex + " is answered by " + to_hex(answer.view()));
  };
  return speed_of(desk, [&send] {
    send("00A4040C0AD392F000260100000001");
    send("00A4020C020018");
    send("0020008004" "31323334");
    send("00A4020C020017");
    send("802A008033" "3031300D060960864801650304020105000420" + std::string(64, '5') + "00");
  });
}

// A file of 2,048 bytes in one answer, or by short commands.
inline Speed speed_of_reading(BitRateChoice rate, bool extended) {
  Desk desk(rate);
  ToyChip toy;
  toy.answer_size = extended ? 2048 : 256;
  toy.time = 2ms;
  desk.put(toy.chip());
  if (!desk.machine.start() || !desk.machine.power_on()) throw std::runtime_error("no card");
  return speed_of(desk, [&desk, extended] {
    const Bytes read = extended ? Bytes{0x00, 0xB0, 0x00, 0x00, 0x00, 0x08, 0x00} : Bytes{0x00, 0xB0, 0x00, 0x00, 0x00};
    for (int i = 0; i < (extended ? 1 : 8); ++i) (void)must(desk.machine.exchange(read));
  });
}

struct Latencies {
  Duration insertion, removal;   // at the worst moment: just after a look
};

// Whoever watches looks every `interval`; a card that came is powered before that is an event.
inline Latencies latencies(BitRateChoice rate, Duration interval) {
  Desk desk(rate);
  ToyChip toy;
  if (!desk.machine.start() || must(desk.machine.card_present())) throw std::runtime_error("an empty reader");
  const auto wait_until = [&desk, interval](bool wanted) {
    const TimePoint begin = desk.clock.now();
    do desk.clock.advance(interval);
    while (must(desk.machine.card_present()) != wanted);
    if (wanted) (void)must(desk.machine.power_on());
    return desk.clock.now() - begin;
  };
  desk.put(toy.chip());
  const Duration insertion = wait_until(true);
  if (!must(desk.machine.card_present())) throw std::runtime_error("a card");
  desk.air.take();
  return {insertion, wait_until(false)};
}

}  // namespace myna::test
