// SPDX-License-Identifier: Apache-2.0
// A whole signature on a real virtual card over the emulated reader, with every pattern of up to two lost blocks and with each fault of the
// USB.
#include <catch2/catch.hpp>

#include "desk.hpp"
#include "myna/card/my_number_card.hpp"

using namespace myna;
using namespace myna::test;

namespace {

// Four ways to activate a card: the waiting times of real cards (FWI 10 and 13), at 106 kbit/s and at the fastest that both can.
struct Activation {
  Byte waiting;
  BitRateChoice rate;
};
const std::vector<Activation> kActivations{
    {0xA1, BitRateChoice::k106}, {0xD1, BitRateChoice::k106}, {0xA1, BitRateChoice::automatic}, {0xD1, BitRateChoice::automatic}};

struct SignFlow {
  Desk desk;
  std::shared_ptr<VirtualCard> card = std::make_shared<VirtualCard>(must(VirtualCard::create(card_image())));
  unsigned verifies = 0;
  std::shared_ptr<SharedReader> lane;

  explicit SignFlow(Activation activation = kActivations[0]) : desk(activation.rate) {
    Chip chip = chip_of(card, 400ms);
    chip.process = [this](ByteView apdu) {
      if (apdu.size() > 5 && apdu[1] == 0x20) ++verifies;
      return card->process(apdu);
    };
    desk.put(std::move(chip), {.protocol_info = {0xB3, 0x81, activation.waiting}});
    REQUIRE(desk.machine.start());
    lane = std::make_shared<SharedReader>("emulated", std::make_unique<BorrowedReader>(desk.machine));
  }

  // Whoever watches looks again: an empty reader is called once at each look.
  Result<Bytes> sign() {
    for (int look = 0; look < 3 && must(lane->state()) != ReaderState::card_present; ++look) desk.clock.advance(100ms);
    MYNA_TRY(auto channel, lane->open(std::chrono::milliseconds(100)));
    MyNumberCard opened(std::move(channel));
    MYNA_TRY(auto transaction, opened.begin());
    MYNA_TRY(auto jpki, JpkiApplication::select(transaction));
    MYNA_TRY(const auto pin, Pin::parse(PinKind::auth, "1234"));
    MYNA_CHECK(jpki.verify(pin, {}, opened.refused_pins()));
    MYNA_TRY(const Bytes info, digest_info(Digest::sha256, hash(Digest::sha256, as_bytes("letter"))));
    return jpki.sign(KeyKind::auth, info);
  }

  bool counter_full() const {
    for (const ImagePin& pin : jpki_of(card->image()).pins) {
      if (pin.remaining != pin.maximum) return false;
    }
    return true;
  }
};

unsigned blocks_of_a_signature(Activation activation = kActivations[0]) {
  SignFlow flow(activation);
  REQUIRE(flow.sign());
  return flow.desk.air.blocks();
}

}  // namespace

TEST_CASE("every pattern of up to two lost blocks in a signature is survived in each way of activation and VERIFY is executed once") {
  const Activation activation = GENERATE(from_range(kActivations));
  const unsigned blocks = blocks_of_a_signature(activation);
  REQUIRE(blocks > 8);
  for (const AirFault first_kind : {AirFault::lost_to_card, AirFault::lost_from_card}) {
    for (unsigned first = 0; first < blocks + 1; ++first) {
      for (unsigned second = first + 1; second < blocks + 3; ++second) {
        for (const AirFault second_kind : {AirFault::lost_to_card, AirFault::lost_from_card}) {
          INFO("blocks " << first << " and " << second);
          SignFlow flow(activation);
          flow.desk.air.plan({{first, first_kind}, {second, second_kind}});
          CHECK(flow.sign());
          CHECK(flow.verifies == 1);
          CHECK(flow.counter_full());
        }
      }
    }
  }
}

TEST_CASE("a card removed or swapped at any block ends the signature, spends no try, and is seen as a change") {
  const auto fault = GENERATE(AirFault::removed, AirFault::swapped);
  const unsigned blocks = blocks_of_a_signature();
  for (unsigned block = 0; block < blocks; ++block) {
    INFO("block " << block);
    SignFlow flow;
    const auto other = std::make_shared<VirtualCard>(must(VirtualCard::create(card_image())));
    flow.desk.air.plan({{block, fault}}, std::make_shared<Picc>(chip_of(other), PiccOptions{.pupi = {9, 9, 9, 9}}));
    const auto signature = flow.sign();
    const bool before_power = !signature && (signature.error().code == Errc::no_card || signature.error().code == Errc::card_unresponsive);
    if (!signature && !before_power) CHECK((signature.error().code == Errc::card_removed || signature.error().code == Errc::link_lost));
    if (!signature && !before_power) CHECK(flow.desk.machine.atr().empty());
    CHECK(flow.counter_full());
    for (const ImagePin& pin : jpki_of(other->image()).pins) CHECK(pin.remaining == pin.maximum);
  }
}

TEST_CASE("a fault of the USB at any command is survived or ends the session of the card and spends no try") {
  SignFlow whole;
  REQUIRE(whole.sign());
  const unsigned commands = whole.desk.reader.commands();
  const auto fault = GENERATE(UsbFault::no_acknowledgement, UsbFault::no_answer, UsbFault::broken_answer, UsbFault::error_frame,
                              UsbFault::halted, UsbFault::hung);
  for (unsigned command = 0; command < commands; ++command) {
    INFO("fault " << static_cast<int>(fault) << " at command " << command);
    SignFlow flow;
    flow.desk.reader.plan({{flow.desk.reader.commands() + command, fault}});
    const auto first = flow.sign();
    if (fault != UsbFault::hung) CHECK(first);
    if (!first) CHECK(first.error().code != Errc::pin_wrong);
    CHECK(flow.verifies <= 1);
    flow.desk.reader.plan({});
    if (!first) (void)flow.lane->state();   // says "no card" once
    CHECK((first || flow.sign()));
    CHECK(flow.counter_full());
  }
}

TEST_CASE("at 424 kbit/s the same signature, and a card that cannot use it falls back by itself") {
  SignFlow flow(kActivations[2]);
  REQUIRE(flow.sign());
  CHECK(flow.desk.machine.bit_rate() == BitRate::k424);

  Desk desk(BitRateChoice::automatic);
  ToyChip toy;
  desk.put(toy.chip(), {.deaf_above_106 = true});
  REQUIRE(desk.machine.start());
  REQUIRE(desk.machine.power_on());
  CHECK(desk.machine.bit_rate() == BitRate::k106);
  CHECK(desk.machine.exchange(Bytes{0, 1, 2, 3}));
}
