// SPDX-License-Identifier: Apache-2.0
// --trace shows headers, lengths and status words; of a PIN command not even the length.
#include <catch2/catch.hpp>

#include "myna/core/hex.hpp"
#include "myna/ports/observed_channel.hpp"
#include "tests/support/script_channel.hpp"

using namespace myna;

TEST_CASE("a trace never shows data or the length of a PIN") {
  std::string trace;
  ApduStatistics statistics;
  ObservedChannel channel(std::make_unique<test::ScriptChannel>(std::vector<test::Step>{
                              {"00B08A0000", "30313233 9000", "a file"},
                              {"00200098", "63C3", "the counter"},
                              {"0020009B06414243313233", "9000", "a password"},
                              {"00B0000000", test::kRemoved, "the card leaves"}}),
                          statistics, [&trace](const std::string& line) { trace += line + "\n"; });
  REQUIRE(channel.lock());
  REQUIRE(channel.exchange(*from_hex("00B08A0000")));
  REQUIRE(channel.exchange(*from_hex("00200098")));
  REQUIRE(channel.exchange(*from_hex("0020009B06414243313233")));
  REQUIRE_FALSE(channel.exchange(*from_hex("00B0000000")));
  channel.unlock(EndAction::leave);
  CHECK(trace ==
        "00 B0 8A 00 Lc - Le 256 -> 4 9000\n"
        "00 20 00 98 ** -> 63C3\n"
        "00 20 00 9B ** -> 9000\n"
        "00 B0 00 00 Lc - Le 256 -> card-removed\n");
  CHECK(statistics.apdus == 4);
  CHECK(statistics.verifies == 1);
  CHECK(statistics.bytes_sent == 5 + 4 + 5 + 5);
  CHECK(statistics.bytes_received == 6 + 2 + 2);
  CHECK(statistics.transactions == 1);
}
