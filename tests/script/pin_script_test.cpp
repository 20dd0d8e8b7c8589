// SPDX-License-Identifier: Apache-2.0
// docs/decisions/one-verify-per-request.md as conversations: what is asked first, what is sent, and what never is.
#include <catch2/catch.hpp>

#include "myna/card/applications/jpki.hpp"
#include "tests/support/script_channel.hpp"

using namespace myna;
using namespace myna::test;

namespace {

constexpr Step kLeave{"00A4040C07 A0000001510000", "9000", "the end: every PIN closed"};
constexpr std::string_view kAskAuth = "00200098";
constexpr std::string_view kAskSign = "0020009B";
constexpr std::string_view kVerifyAuth = "0020009804 31323334";

// One VERIFY of 1234 by the rules; the script must be spoken to its end.
Status verify_auth(std::vector<Step> steps, TryPolicy policy = {}, RefusedPins* memory = nullptr) {
  ScriptChannel channel(std::move(steps));
  CardTraits traits;
  RefusedPins fresh;
  auto transaction = CardTransaction::begin(channel, traits);
  auto jpki = JpkiApplication::select(*transaction);
  REQUIRE(jpki);
  return jpki->verify(*Pin::parse(PinKind::auth, "1234"), policy, memory ? *memory : fresh);
}

Error refusal(std::vector<Step> steps, TryPolicy policy = {}, RefusedPins* memory = nullptr) {
  const Status status = verify_auth(std::move(steps), policy, memory);
  REQUIRE_FALSE(status);
  return status.error();
}

}  // namespace

TEST_CASE("the counter is asked in the same transaction, then the PIN is sent once, then everything is closed") {
  CHECK(verify_auth({kSelectJpki, {kAskAuth, "63C3"}, {kVerifyAuth, "9000"}, kLeave}));
}

TEST_CASE("the counter is read without Lc and without Le, for both PINs, and nothing needs closing") {
  ScriptChannel channel({kSelectJpki, {kAskAuth, "63C2"}, {kAskSign, "63C5"}});
  CardTraits traits;
  auto transaction = CardTransaction::begin(channel, traits);
  auto jpki = JpkiApplication::select(*transaction);
  CHECK(jpki->pin_status(PinKind::auth)->remaining() == 2);
  CHECK(jpki->pin_status(PinKind::sign)->untouched());
}

TEST_CASE("a blocked PIN reads as 63C0, 6983 or 6984, and is never tried") {
  const auto sw = GENERATE("63C0", "6983", "6984");
  const Error error = refusal({kSelectJpki, {kAskAuth, sw}}, {.allow_last_try = true, .allow_retry = true});
  CHECK(error.code == Errc::pin_blocked);
  CHECK(error.tries_left == 0);
}

TEST_CASE("a refused form is refused before the PIN, and the PIN goes only to the file that was asked") {
  CHECK(verify_auth({kSelectJpki, {kAskAuth, "6A86", "no short-EF form"},
                     {"00A4020C02 0018", "9000"}, {"00200080", "63C3"}, {"0020008004 31323334", "9000"}, kLeave}));
}

TEST_CASE("a wrong PIN is reported with what the card says, not with what was remembered") {
  const Error error = refusal({kSelectJpki, {kAskAuth, "63C3"}, {kVerifyAuth, "63C1"}, kLeave});
  CHECK(error.code == Errc::pin_wrong);
  CHECK(error.tries_left == 1);
}

TEST_CASE("the try that empties the counter says blocked") {
  const Error error = refusal({kSelectJpki, {kAskAuth, "63C1"}, {kVerifyAuth, "63C0"}, kLeave}, {.allow_last_try = true});
  CHECK(error.code == Errc::pin_blocked);
  CHECK(error.tries_left == 0);
}

TEST_CASE("the last try and a touched counter protect themselves") {
  CHECK(refusal({kSelectJpki, {kAskAuth, "63C1"}}).code == Errc::last_try_refused);
  CHECK(refusal({kSelectJpki, {kAskAuth, "63C2"}}, {.source = PinSource::stored}).code == Errc::counter_touched);
}

TEST_CASE("a PIN that the card refused is not sent again, and a success forgets the refusal") {
  RefusedPins memory;
  CHECK(refusal({kSelectJpki, {kAskAuth, "63C3"}, {kVerifyAuth, "63C2"}, kLeave}, {}, &memory).code == Errc::pin_wrong);
  CHECK(refusal({kSelectJpki, {kAskAuth, "63C2"}}, {}, &memory).code == Errc::pin_refused_before);
  CHECK(refusal({kSelectJpki, {kAskAuth, "63C1"}}, {}, &memory).code == Errc::last_try_refused);   // rule 3 before rule 5
  memory.forget(PinKind::auth);
  CHECK(verify_auth({kSelectJpki, {kAskAuth, "63C2"}, {kVerifyAuth, "9000"}, kLeave}, {}, &memory));
}

TEST_CASE("a PIN that somebody left open is closed first, so that the counter can be read") {
  CHECK(verify_auth({kSelectJpki, {kAskAuth, "9000", "verified, no count"}, kLeave, kSelectJpki, {kAskAuth, "63C3"},
                     {kVerifyAuth, "9000"}, kLeave}));
  CHECK(refusal({kSelectJpki, {kAskAuth, "9000"}, kLeave, kSelectJpki, {kAskAuth, "9000"}}).code == Errc::counter_unknown);
}

TEST_CASE("a query reports a PIN left open and drops nothing") {
  ScriptChannel channel({kSelectJpki, {kAskAuth, "9000"}});
  CardTraits traits;
  auto transaction = CardTransaction::begin(channel, traits);
  auto jpki = JpkiApplication::select(*transaction);
  const auto status = jpki->pin_status(PinKind::auth);
  CHECK(status->state() == PinState::verified);
  CHECK_FALSE(status->remaining());
}

TEST_CASE("a card gone during VERIFY is not asked again") {
  CHECK(refusal({kSelectJpki, {kAskAuth, "63C3"}, {kVerifyAuth, kLinkLost}, {kLeave.command, kRemoved}}).code == Errc::link_lost);
  CHECK(refusal({kSelectJpki, {kAskAuth, "63C3"}, {kVerifyAuth, kRemoved}, {kLeave.command, kRemoved}}).code == Errc::card_removed);
}
