// SPDX-License-Identifier: Apache-2.0
// Power, start-up on a reader that somebody left in any state, pseudo-APDUs, two cards, hanging readers, unplugging.
#include <catch2/catch.hpp>

#include "desk.hpp"
#include "readers/core/pseudo_apdu.hpp"

using namespace myna;
using namespace myna::test;

TEST_CASE("a field cycle clears what a PIN opened and power-up of a powered card does not") {
  Desk desk;
  const auto card = std::make_shared<VirtualCard>(must(VirtualCard::create(card_image())));
  desk.put(chip_of(card));
  REQUIRE(desk.machine.start());
  const auto send = [&desk](std::string_view hex) { return to_hex(must(desk.machine.exchange(must(from_hex(hex)))).view()); };
  REQUIRE(must(desk.machine.power_on()) == must(from_hex("3B888001000005E0B381A1007F")));
  CHECK(send("00A4040C0AD392F000260100000001") == "9000");
  CHECK(send("00A4020C020018") == "9000");
  CHECK(send("0020008004" "31323334") == "9000");
  CHECK(send("00200080") == "9000");
  REQUIRE(desk.machine.power_on());
  CHECK(send("00200080") == "9000");
  REQUIRE(desk.machine.power_off());
  CHECK(desk.machine.atr().empty());
  CHECK(desk.machine.exchange(must(from_hex("00200080"))).error().code == Errc::link_lost);
  REQUIRE(desk.machine.power_on());
  CHECK(send("00A4040C0AD392F000260100000001") == "9000");
  CHECK(send("00A4020C020018") == "9000");
  CHECK(send("00200080") == "63C3");
}

TEST_CASE("start-up cleans up after a killed program") {
  Desk desk;
  ToyChip toy;
  desk.put(toy.chip());
  desk.reader.leave_garbage(desk.clock.now());
  REQUIRE(desk.machine.start());
  CHECK_FALSE(desk.air.field());
  CHECK(desk.machine.firmware() == 0x0111);
  CHECK(desk.machine.power_on());
}

TEST_CASE("each recovery step comes after the milder one failed") {
  Desk desk;
  REQUIRE(desk.machine.start());
  const auto fault = GENERATE(UsbFault::halted, UsbFault::hung, UsbFault::error_frame);
  desk.reader.plan({{desk.reader.commands(), fault}});
  CHECK(desk.machine.card_present().has_value());
  std::vector<UsbEvent> dead;
  for (unsigned i = 0; i < 64; ++i) dead.push_back({desk.reader.commands() + i, UsbFault::no_acknowledgement});
  desk.reader.plan(dead);
  CHECK(desk.machine.card_present().error().code == Errc::link_lost);
}

TEST_CASE("whatever status an exchange on the air ends with the command is executed once and answered") {
  const std::uint32_t status =
      GENERATE(0x01U, 0x02U, 0x04U, 0x08U, 0x10U, 0x40U, 0x80U, 0x100U, 0x200U, 0x400U, 0x800U, 0x80000000U, 0x84U);
  Desk desk;
  ToyChip toy;
  desk.put(toy.chip());
  REQUIRE(desk.machine.start());
  REQUIRE(desk.machine.power_on());
  desk.reader.answer_in_comm_rf_with(status);
  CHECK(desk.machine.exchange(Bytes{0, 1, 2, 3}));
  CHECK(toy.commands == 1);
  desk.reader.answer_in_comm_rf_with(status);
  CHECK(must(desk.machine.card_present()));
  REQUIRE(desk.machine.power_off());
  desk.reader.answer_in_comm_rf_with(status);
  CHECK(must(desk.machine.card_present()));
  desk.reader.answer_in_comm_rf_with(status);
  CHECK(desk.machine.power_on());
}

TEST_CASE("whatever status a command to the reader ends with is an error and no card") {
  const auto status = static_cast<Byte>(GENERATE(1, 2, 3, 4, 5, 6, 7, 0xFF));
  const auto command = static_cast<Byte>(GENERATE(0x00, 0x02, 0x06));
  Desk desk;
  ToyChip toy;
  desk.put(toy.chip());
  REQUIRE(desk.machine.start());
  desk.reader.refuse(command, status);
  CHECK(desk.machine.power_on().error().code == Errc::link_lost);
  CHECK(desk.machine.atr().empty());
  CHECK(toy.commands == 0);
  desk.reader.refuse(command, 0);
  CHECK(desk.machine.power_on());
}

TEST_CASE("two cards at once are no card, and are told from none and from noise") {
  Desk desk;
  ToyChip one, two;
  REQUIRE(desk.machine.start());
  CHECK(must(desk.machine.card_present()) == false);
  CHECK_FALSE(desk.machine.several_cards());
  desk.put(one.chip());
  desk.air.put_second(std::make_shared<Picc>(two.chip(), PiccOptions{.pupi = {9, 8, 7, 6}}));
  CHECK(must(desk.machine.card_present()) == false);
  CHECK(desk.machine.several_cards());
  CHECK(desk.machine.power_on().error().code == Errc::several_cards);
  desk.air.put_second(nullptr);
  for (const unsigned noisy : {1U, 3U, 5U}) {   // a card that comes near: its first answers are garbled
    std::vector<AirEvent> events;
    for (unsigned i = 0; i < noisy; ++i) events.push_back({desk.air.blocks() + i, AirFault::broken_from_card});
    desk.air.plan(events);
    CHECK(must(desk.machine.card_present()));
    CHECK_FALSE(desk.machine.several_cards());
  }
  CHECK(desk.machine.power_on());
  CHECK(one.commands + two.commands == 0);
}

TEST_CASE("a second card beside the first: nothing is opened until one of them lies alone") {
  Desk desk;
  ToyChip one, two;
  REQUIRE(desk.machine.start());
  const auto lane = std::make_shared<SharedReader>("emulated", std::make_unique<BorrowedReader>(desk.machine));
  desk.put(one.chip());
  desk.air.put_second(std::make_shared<Picc>(two.chip(), PiccOptions{.pupi = {9, 8, 7, 6}}));
  CHECK(must(lane->state()) == ReaderState::several_cards);
  CHECK(lane->open(std::chrono::milliseconds(10)).error().code == Errc::several_cards);
  desk.air.put_second(nullptr);
  CHECK(lane->open(std::chrono::milliseconds(10)));
  CHECK(must(lane->state()) == ReaderState::card_present);
  desk.air.put_second(std::make_shared<Picc>(two.chip(), PiccOptions{.pupi = {9, 8, 7, 6}}));   // beside a card in use it is not heard
  CHECK(must(lane->state()) == ReaderState::card_present);
  CHECK(desk.machine.exchange(Bytes{0, 1, 2, 3}));
  CHECK(two.commands == 0);
}

TEST_CASE("an unplugged reader says so from every call") {
  Desk desk;
  ToyChip toy;
  desk.put(toy.chip());
  REQUIRE(desk.machine.start());
  REQUIRE(desk.machine.power_on());
  desk.pipe.unplugged = true;
  CHECK(desk.machine.exchange(Bytes{0, 1, 2, 3}).error().code == Errc::no_reader);
  CHECK(desk.machine.card_present().error().code == Errc::no_reader);
  CHECK(desk.machine.power_off().error().code == Errc::no_reader);
  CHECK(desk.machine.power_on().error().code == Errc::no_reader);
}

TEST_CASE("class FF is answered by the reader and never reaches the card") {
  Desk desk;
  ToyChip toy;
  desk.put(toy.chip());
  REQUIRE(desk.machine.start());
  REQUIRE(desk.machine.power_on());
  const auto send = [&desk](std::string_view hex) { return to_hex(must(desk.machine.exchange(must(from_hex(hex)))).view()); };
  CHECK(send("FFCA000000") == "112233449000");
  CHECK(send("FFCA000004") == "112233449000");
  CHECK(send("FFCA000008") == "6C04");
  CHECK(send("FFCA010000") == "6A81");
  CHECK(send("FF000000") == "6D00");
  CHECK(send("FFCA0000") == "6700");
  CHECK(toy.commands == 0);
}

TEST_CASE("features: properties without a PIN pad, and nothing else") {
  CHECK(to_hex(*answer_control(0x42000D48, 0x054C, 0x06C1)) == "120442330012");
  CHECK(to_hex(*answer_control(0x42330012, 0x054C, 0x06C1)) == "0102000003010009010" "00A04000001000B024C050C02C106");
  CHECK_FALSE(answer_control(0x42000001, 0x054C, 0x06C1));
}

TEST_CASE("a lane hands out the card of one insertion, and no other") {
  Desk desk;
  ToyChip toy;
  desk.put(toy.chip());
  REQUIRE(desk.machine.start());
  const auto lane = std::make_shared<SharedReader>("a reader", std::make_unique<BorrowedReader>(desk.machine));
  auto first = must(lane->open(std::chrono::milliseconds(10)));
  REQUIRE(first->lock());
  CHECK(first->exchange(Bytes{0, 1, 2, 3}));
  CHECK(lane->open(std::chrono::milliseconds(10)).error().code == Errc::card_busy);
  first->unlock(EndAction::power_off);
  const auto resets = first->resets();
  REQUIRE(first->lock());
  CHECK(first->resets() == resets + 1);
  first->unlock(EndAction::leave);
  desk.air.take();
  CHECK(must(lane->state()) == ReaderState::empty);
  desk.put(toy.chip());
  CHECK(must(lane->state()) == ReaderState::card_present);
  CHECK(first->lock().error().code == Errc::card_removed);
  CHECK(lane->open(std::chrono::milliseconds(10)));
}
