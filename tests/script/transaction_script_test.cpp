// SPDX-License-Identifier: Apache-2.0
// What a transaction promises: one sender, nothing dangerous repeated, no PIN left open.
#include <catch2/catch.hpp>

#include "myna/card/card_profile.hpp"
#include "myna/card/card_transaction.hpp"
#include "myna/core/hex.hpp"
#include "tests/support/script_channel.hpp"

using namespace myna;
using namespace myna::test;

namespace {

constexpr std::string_view kSelectCommand = "00A4040C0A D392F000260100000001";
constexpr std::string_view kSelectIssuer = "00A4040C07 A0000001510000";
constexpr std::string_view kVerify = "0020009804 31323334";

CommandApdu verify() { return *CommandApdu::case3({0x00, ins::kVerify, 0x00, 0x98}, as_bytes("1234")); }
CommandApdu read() { return CommandApdu::case2({0x00, ins::kReadBinary, 0x8A, 0x00}, Le::short_max()); }
CommandApdu sign() { return *CommandApdu::case4({0x80, 0x2A, 0x00, 0x97}, Bytes{0x30}, Le::short_max()); }

// Speaks the script in one transaction; the result of the last step of `work` is returned.
template <typename Work>
Errc outcome(ScriptChannel& channel, Work work) {
  CardTraits traits;
  auto transaction = CardTransaction::begin(channel, traits);
  REQUIRE(transaction);
  const auto result = work(*transaction);
  REQUIRE_FALSE(result);
  return result.error().code;
}

}  // namespace

TEST_CASE("nothing is sent before an application was selected") {
  ScriptChannel channel({});
  CHECK(outcome(channel, [](CardTransaction& t) { return t.transmit(read()); }) == Errc::invalid_argument);
}

TEST_CASE("a foreign card hears one command") {
  ScriptChannel channel({{kSelectCommand, "6A82"}});
  CHECK(outcome(channel, [](CardTransaction& t) { return t.select_application(aid::kJpki); }) == Errc::file_absent);
  CHECK(channel.endings == std::vector{EndAction::leave});
}

TEST_CASE("6F00 to the first SELECT is asked once more, to a later one it is not") {
  CardTraits traits;
  ScriptChannel channel({{kSelectCommand, "6F00", "docs/card/commands.md"}, {kSelectCommand, "9000"}, {kSelectText, "6F00"}});
  auto transaction = CardTransaction::begin(channel, traits);
  CHECK(transaction->select_application(aid::kJpki));
  CHECK(transaction->select_application(aid::kText).error().code == Errc::unexpected_status);
}

TEST_CASE("an answer of more than Ne bytes is a lost link, and none is given on") {
  CardTraits traits;
  const auto read_two = [] { return CommandApdu::case2({0x00, ins::kReadBinary, 0x8A, 0x00}, Le::exactly(2)); };
  ScriptChannel channel({{kSelectCommand, "6F009000"}, {"00B08A0002", "3001009000"}, {"00B08A0002", "30009000"},
                         {"00B08A0002", "3001009000"}, {"00B08A0002", "3001009000"}});
  auto transaction = CardTransaction::begin(channel, traits);
  CHECK(transaction->select_application(aid::kJpki));   // data that nobody asked for is passed over
  CHECK(to_hex(transaction->transmit(read_two())->data()) == "3000");
  CHECK(transaction->transmit(read_two()).error().code == Errc::link_lost);
}

TEST_CASE("SELECT and READ BINARY are repeated once after a lost link") {
  CardTraits traits;
  ScriptChannel channel({{kSelectCommand, kLinkLost}, {kSelectCommand, "9000"}, {"00B08A0000", kLinkLost}, {"00B08A0000", "30009000"}});
  auto transaction = CardTransaction::begin(channel, traits);
  CHECK(transaction->select_application(aid::kJpki));
  CHECK(transaction->transmit(read()));
}

TEST_CASE("VERIFY and signatures are never repeated, and the PIN is closed after a lost link") {
  const bool pin = GENERATE(true, false);
  std::vector<Step> steps{{kSelectCommand, "9000"}};
  if (pin) steps.insert(steps.end(), {{kVerify, kLinkLost}, {kSelectIssuer, "9000", "the card may have opened it"}});
  else steps.push_back({"802A0097013000", kLinkLost});
  ScriptChannel channel(steps);
  CHECK(outcome(channel, [pin](CardTransaction& t) {
          REQUIRE(t.select_application(aid::kJpki));
          return t.transmit(pin ? verify() : sign());
        }) == Errc::link_lost);
}

TEST_CASE("a card that was reset in the middle is another card") {
  ScriptChannel channel({{kSelectCommand, "9000"}, {"00B08A0000", kResetMeanwhile}});
  CHECK(outcome(channel, [](CardTransaction& t) {
          REQUIRE(t.select_application(aid::kJpki));
          return t.transmit(read());
        }) == Errc::card_changed);
}

TEST_CASE("a removed card is reported as such and nothing is repeated") {
  ScriptChannel channel({{kSelectCommand, "9000"}, {"00B08A0000", kRemoved}});
  CHECK(outcome(channel, [](CardTransaction& t) {
          REQUIRE(t.select_application(aid::kJpki));
          return t.transmit(read());
        }) == Errc::card_removed);
}

TEST_CASE("the end of a transaction closes the PIN, by the first way that works") {
  struct Row {
    std::vector<Step> ending;
    EndAction action;
  };
  const auto row = GENERATE(
      Row{{{kSelectIssuer, "9000"}}, EndAction::leave},
      Row{{{kSelectIssuer, "6A82"}, {kSelectText, "9000", "any other application"}}, EndAction::leave},
      Row{{{kSelectIssuer, "6A82"}, {kSelectText, "6A82"}}, EndAction::power_off},
      Row{{{kSelectIssuer, kRemoved}}, EndAction::power_off});
  std::vector<Step> steps{{kSelectCommand, "9000"}, {kVerify, "9000"}};
  steps.insert(steps.end(), row.ending.begin(), row.ending.end());
  ScriptChannel channel(steps);
  {
    CardTraits traits;
    auto transaction = CardTransaction::begin(channel, traits);
    REQUIRE(transaction->select_application(aid::kJpki));
    REQUIRE(transaction->transmit(verify()));
    CHECK(transaction->pin_was_sent());
  }
  CHECK(channel.endings == std::vector{row.action});
}

TEST_CASE("an empty VERIFY opens nothing, so nothing is closed") {
  CardTraits traits;
  ScriptChannel channel({{kSelectCommand, "9000"}, {"00200098", "63C3"}});
  auto transaction = CardTransaction::begin(channel, traits);
  REQUIRE(transaction->select_application(aid::kJpki));
  REQUIRE(transaction->transmit(CommandApdu::case1({0x00, ins::kVerify, 0x00, 0x98})));
  CHECK_FALSE(transaction->pin_was_sent());
}

TEST_CASE("61xx is followed with GET RESPONSE, 6Cxx with the right Le") {
  CardTraits traits;
  ScriptChannel channel({{kSelectCommand, "9000"},
                         {"00B08A0000", "AABB 6102"}, {"00C0000002", "CCDD 9000"},
                         {"00B08A0000", "6C04"}, {"00B08A0004", "01020304 9000"}});
  auto transaction = CardTransaction::begin(channel, traits);
  REQUIRE(transaction->select_application(aid::kJpki));
  CHECK(to_hex(transaction->transmit(read())->data()) == "AABBCCDD");
  CHECK(to_hex(transaction->transmit(read())->data()) == "01020304");
}

TEST_CASE("a card that promises more data for ever is cut off") {
  CardTraits traits;
  const std::string part = std::string(2 * 256, 'A') + "6100";
  std::vector<Step> steps{{kSelectCommand, "9000"}, {"00B08A0000", part}};
  for (int i = 0; i < 256; ++i) steps.push_back({"00C0000000", part});   // 65,536 bytes are enough
  ScriptChannel channel(steps);
  auto transaction = CardTransaction::begin(channel, traits);
  REQUIRE(transaction->select_application(aid::kJpki));
  CHECK_FALSE(transaction->transmit(read())->ok());
}

TEST_CASE("a transaction that was moved ends once") {
  CardTraits traits;
  ScriptChannel channel({{kSelectCommand, "9000"}, {kVerify, "9000"}, {kSelectIssuer, "9000"}});
  {
    auto first = CardTransaction::begin(channel, traits);
    REQUIRE(first->select_application(aid::kJpki));
    REQUIRE(first->transmit(verify()));
    const CardTransaction second = *std::move(first);
    CHECK(second.pin_was_sent());
  }
  CHECK(channel.endings.size() == 1);
}

TEST_CASE("6Cxx is followed for what only reads and for nothing else") {
  struct Row { Header header; bool reads; };
  const auto row =
      GENERATE(Row{{0x00, ins::kReadBinary, 0x8A, 0x00}, true}, Row{{0x00, ins::kReadRecord, 0x01, 0x0C}, true},
               Row{{0x00, ins::kGetData, 0x00, 0xF0}, true}, Row{{0x00, ins::kVerify, 0x00, 0x98}, false},
               Row{{0x00, ins::kChangeReferenceData, 0x01, 0x98}, false}, Row{{0x80, ins::kPerformSecurityOperation, 0x00, 0x97}, false},
               Row{{0x00, ins::kGetResponse, 0x00, 0x00}, false}, Row{{0x00, ins::kInternalAuthenticate, 0x00, 0x99}, false});
  const auto [cla, instruction, p1, p2] = row.header;
  const std::string command = to_hex(std::array{cla, instruction, p1, p2}), first = command + "00", second = command + "05";
  std::vector<Step> steps{{kSelectCommand, "9000"}, {first, "6C05"}};
  if (row.reads) steps.push_back({second, "31333130319000"});
  ScriptChannel channel(std::move(steps));
  CardTraits traits;
  auto transaction = CardTransaction::begin(channel, traits);
  REQUIRE(transaction->select_application(aid::kJpki));
  const auto answer = transaction->transmit(CommandApdu::case2(row.header, Le::short_max()));
  REQUIRE(answer);
  CHECK(answer->ok() == row.reads);
}
