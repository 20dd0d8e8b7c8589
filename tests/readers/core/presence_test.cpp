// SPDX-License-Identifier: Apache-2.0
// Cards that come and go, as a watcher with a 100 ms interval sees them, on the virtual clock.
#include <catch2/catch.hpp>

#include "desk.hpp"

using namespace myna;
using namespace myna::test;

namespace {

constexpr Duration kInterval = 100ms;

// What the driver of pcscd does: looks at an interval, reports each change, powers the card when it came.
Duration until_seen(Desk& desk, bool wanted) {
  const TimePoint begin = desk.clock.now();
  while (desk.clock.now() - begin < 5s) {
    const bool there = must(desk.machine.card_present());
    if (there && wanted) REQUIRE(desk.machine.power_on());
    if (there == wanted) return desk.clock.now() - begin;
    desk.clock.advance(kInterval);
  }
  return desk.clock.now() - begin;
}

}  // namespace

TEST_CASE("a thousand times an insertion is an event within 250 ms and a removal within 350 ms and nothing grows") {
  Desk desk;
  ToyChip toy;
  REQUIRE(desk.machine.start());
  Duration insertion{0}, removal{0};
  for (int cycle = 0; cycle < 1000; ++cycle) {
    // The worst moment: just after a look.
    REQUIRE(must(desk.machine.card_present()) == false);
    desk.put(toy.chip(), {.protocol_info = {0xB3, 0x81, static_cast<Byte>(cycle % 2 == 0 ? 0xA1 : 0xD1)}});
    desk.clock.advance(kInterval);
    insertion = std::max(insertion, until_seen(desk, true) + kInterval);
    REQUIRE(desk.machine.exchange(Bytes{0, 1, 2, 3}));
    REQUIRE(must(desk.machine.card_present()));
    desk.air.take();
    desk.clock.advance(kInterval);
    removal = std::max(removal, until_seen(desk, false) + kInterval);
  }
  WARN("insertion to event " << insertion.count() / 1000 << " ms, removal to event " << removal.count() / 1000 << " ms");
  CHECK(insertion <= 250ms);
  CHECK(removal <= 350ms);
}

TEST_CASE("a card that was lost is reported absent once, though it lies there again") {
  Desk desk;
  ToyChip toy;
  desk.put(toy.chip());
  REQUIRE(desk.machine.start());
  REQUIRE(desk.machine.power_on());
  desk.air.take();
  desk.put(toy.chip());
  CHECK_FALSE(desk.machine.exchange(Bytes{0, 1, 2, 3}));
  CHECK(must(desk.machine.look()) == false);
  CHECK(must(desk.machine.look()) == false);
  CHECK(must(desk.machine.card_present()) == false);
  CHECK(must(desk.machine.card_present()) == true);
  CHECK(desk.machine.power_on());
}

TEST_CASE("a lost ping is no removal, and an unpowered card stays present") {
  Desk desk;
  ToyChip toy;
  desk.put(toy.chip());
  REQUIRE(desk.machine.start());
  REQUIRE(desk.machine.power_on());
  desk.air.plan({{desk.air.blocks(), AirFault::lost_from_card}, {desk.air.blocks() + 1, AirFault::lost_to_card}});
  CHECK(must(desk.machine.card_present()));
  CHECK(toy.commands == 0);
  REQUIRE(desk.machine.power_off());
  for (int i = 0; i < 3; ++i) CHECK(must(desk.machine.card_present()));
  desk.air.plan({{desk.air.blocks(), AirFault::lost_from_card}, {desk.air.blocks() + 1, AirFault::lost_to_card}});
  CHECK(must(desk.machine.card_present()));
  CHECK_FALSE(desk.air.field());
}

TEST_CASE("a hundred times a reader is unplugged at any moment and serves again when it comes back") {
  Air air;
  VirtualClock clock;
  RcS380 reader{air};
  ToyChip toy;
  air.put(std::make_shared<Picc>(toy.chip(), PiccOptions{}));
  for (unsigned cycle = 0; cycle < 100; ++cycle) {
    reader.reset();   // plugged in again
    MemoryPipe pipe{reader, clock};
    const auto lane = [&] {
      auto machine = std::make_unique<ReaderMachine>(pipe, clock);
      REQUIRE(machine->start());
      return std::make_shared<SharedReader>("emulated", std::move(machine));
    }();
    REQUIRE(must(lane->state()) == ReaderState::card_present);
    const unsigned before = toy.commands;
    auto channel = must(lane->open(std::chrono::milliseconds(10)));
    REQUIRE(channel->lock());
    REQUIRE(channel->exchange(Bytes{0, 1, 2, 3}));
    pipe.unplug_after(cycle % 12);
    const auto lost = channel->exchange(Bytes(600, 0x01));
    if (!lost) CHECK(lost.error().code == Errc::card_removed);
    CHECK(toy.commands <= before + 2);
    channel->unlock(EndAction::power_off);
    pipe.unplugged = true;
    CHECK(lane->state().error().code == Errc::no_reader);
    CHECK(channel->lock().error().code == Errc::card_removed);
  }
  CHECK(toy.commands > 100);
}
