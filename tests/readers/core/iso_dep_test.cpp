// SPDX-License-Identifier: Apache-2.0
// The block protocol against a card's side of it, on an air that loses, breaks, delays and repeats blocks.
#include <catch2/catch.hpp>
#include <random>

#include "desk.hpp"

using namespace myna;
using namespace myna::test;

namespace {

const std::vector<AirFault> kFaults{AirFault::lost_to_card, AirFault::lost_from_card, AirFault::broken_from_card, AirFault::late,
                                    AirFault::twice};

// A conversation of APDUs of many lengths. Counts what the chip executed and checks each answer that came.
struct Conversation {
  Desk desk;
  ToyChip toy;
  unsigned asked = 0, answered = 0;

  explicit Conversation(PiccOptions options = {}) {
    toy.answer_size = 4;
    desk.put(toy.chip(), std::move(options));
    REQUIRE(desk.machine.start());
    REQUIRE(desk.machine.power_on());
  }

  // Returns false when the reader gave up: then the card must be powered anew.
  bool ask(std::size_t command_size, std::size_t answer_size) {
    toy.answer_size = answer_size;
    ++asked;
    const unsigned before = toy.commands;
    const auto answer = desk.machine.exchange(Bytes(command_size, 0x01));
    REQUIRE(toy.commands <= before + 1);
    if (!answer) return false;
    ++answered;
    REQUIRE(toy.commands == before + 1);
    REQUIRE(answer->size() == answer_size + 2);
    REQUIRE(answer->view()[0] == static_cast<Byte>(answer_size == 0 ? 0x90 : toy.commands));
    return true;
  }
};

}  // namespace

TEST_CASE("commands and answers of every length pass, chained both ways") {
  const auto code = GENERATE(0x01, 0x41, 0x81);
  Conversation talk({.protocol_info = {0xB3, static_cast<Byte>(code), 0xA1}});
  for (const std::size_t size : {1U, 4U, 12U, 13U, 14U, 26U, 27U, 252U, 253U, 254U, 506U, 507U, 1007U}) {
    CHECK(talk.ask(size, 2 * size));
  }
  CHECK(talk.ask(5, 65536));
  CHECK_FALSE(talk.ask(5, 65537));   // longer than any answer: refused, and the card's state is gone
}

TEST_CASE("a card that computes asks for time, as often as it needs") {
  const auto fwi = GENERATE(0x41, 0x81, 0xA1, 0xD1);
  Conversation talk({.protocol_info = {0xB3, 0x81, static_cast<Byte>(fwi)}});
  for (const Duration time : {1ms, 100ms, 700ms, 3000ms}) {
    talk.toy.time = time;
    CHECK(talk.ask(20, 20));
  }
}

TEST_CASE("a storm of waiting time extensions ends after a minute, with the card's state gone") {
  Conversation talk({.extensions = 1'000'000});
  const TimePoint begin = talk.desk.clock.now();
  CHECK_FALSE(talk.ask(5, 5));
  CHECK(talk.desk.clock.now() - begin < 61s);
  CHECK(talk.desk.machine.atr().empty());
}

TEST_CASE("whatever one block suffers, the exchange succeeds and the chip executed it once") {
  const auto fault = GENERATE(from_range(kFaults));
  for (unsigned block = 0; block < 12; ++block) {
    INFO("fault " << static_cast<int>(fault) << " at block " << block);
    Conversation talk;
    talk.desk.air.plan({{talk.desk.air.blocks() + block, fault}});
    for (int i = 0; i < 3; ++i) CHECK(talk.ask(600, 600));
  }
}

TEST_CASE("two faults in a row, any two, are survived too") {
  const auto first = GENERATE(from_range(kFaults));
  for (const AirFault second : kFaults) {
    for (unsigned block = 0; block < 9; ++block) {
      for (unsigned distance = 1; distance < 4; ++distance) {
        Conversation talk;
        const unsigned at = talk.desk.air.blocks() + block;
        INFO("faults " << static_cast<int>(first) << " and " << static_cast<int>(second) << " at block " << block << " +" << distance);
        talk.desk.air.plan({{at, first}, {at + distance, second}});
        for (int i = 0; i < 2; ++i) CHECK(talk.ask(600, 600));
      }
    }
  }
}

TEST_CASE("on a bad air nothing is executed twice and no answer is mixed up") {
  std::mt19937 random(20261124);
  unsigned asked = 0, answered = 0;
  for (int run = 0; run < 400; ++run) {
    Conversation talk;
    std::vector<AirEvent> events;
    for (unsigned block = 0; block < 120; ++block) {
      if (random() % 4 == 0) events.push_back({talk.desk.air.blocks() + block, kFaults[random() % 5]});
    }
    talk.desk.air.plan(events);
    for (int i = 0; i < 8; ++i) {
      if (!talk.ask(1 + random() % 700, random() % 700) && !talk.desk.machine.power_on()) break;
    }
    asked += talk.asked;
    answered += talk.answered;
  }
  CHECK(answered > asked / 2);   // the test means something
}
