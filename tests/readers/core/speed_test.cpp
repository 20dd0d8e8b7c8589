// SPDX-License-Identifier: Apache-2.0
// What the driver adds to the time of air and card is at most a tenth, at each bit rate; events come in time with our own interval.
#include <catch2/catch.hpp>

#include "speed.hpp"

using namespace myna;
using namespace myna::test;

TEST_CASE("a signature and a read of 2 kB take at most 1.1 times what air and card need") {
  const auto rate = GENERATE(BitRateChoice::k106, BitRateChoice::automatic);
  for (const Speed& speed : {speed_of_signature(rate), speed_of_reading(rate, true), speed_of_reading(rate, false)}) {
    INFO(speed.all.count() << " us, air " << speed.air.count() << " us, card " << speed.card.count() << " us");
    CHECK(speed.air > 1ms);
    CHECK(speed.ratio() >= 1.0);
    CHECK(speed.ratio() <= 1.1);
  }
}

TEST_CASE("at 424 kbit/s the air takes a quarter of the time") {
  const auto slow = speed_of_reading(BitRateChoice::k106, true), fast = speed_of_reading(BitRateChoice::automatic, true);
  CHECK(fast.air * 3 < slow.air);
  CHECK(fast.all * 3 < slow.all);
}

TEST_CASE("our own interval brings events in time at each bit rate and that of pcscd does not") {
  const auto rate = GENERATE(BitRateChoice::k106, BitRateChoice::automatic);
  const auto ours = latencies(rate, 100ms), theirs = latencies(rate, 400ms);
  CHECK(ours.insertion <= 250ms);
  CHECK(ours.removal <= 350ms);
  CHECK(theirs.insertion > 400ms);
  CHECK(theirs.removal > 400ms);
}
