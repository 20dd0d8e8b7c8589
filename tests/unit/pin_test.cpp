// SPDX-License-Identifier: Apache-2.0
// docs/decisions/one-verify-per-request.md, 1, 3, 4 and 5: which PIN exists, and when one may be tried.
#include <catch2/catch.hpp>

#include "myna/card/pin.hpp"

using namespace myna;

namespace {
std::string auth(std::string_view text) {
  const auto pin = Pin::parse(PinKind::auth, text);
  return pin ? std::string(as_text(pin->view())) : std::string(describe(pin.error().code).name);
}
std::string sign(std::string_view text) {
  const auto pin = Pin::parse(PinKind::sign, text);
  return pin ? std::string(as_text(pin->view())) : std::string(describe(pin.error().code).name);
}
}  // namespace

TEST_CASE("an authentication PIN is exactly four digits, and full-width digits are folded") {
  CHECK(auth("1234") == "1234");
  CHECK(auth("１２３４") == "1234");
  CHECK(auth("1２3４") == "1234");
  for (const auto* bad : {"", "123", "12345", "12a4", "12 4", "1234\n", " 1234", "12.4", "一二三四", "\xEF\xBC", "\xFF\xFF\xFF\xFF"}) {
    INFO(bad);
    CHECK(auth(bad) == "pin-malformed");
  }
}

TEST_CASE("a sign password is 6 to 16 letters and digits, upper-cased and folded") {
  CHECK(sign("ABC123") == "ABC123");
  CHECK(sign("abc123") == "ABC123");
  CHECK(sign("ａｂｃ１２３") == "ABC123");
  CHECK(sign("ＡＢＣＸＹＺ") == "ABCXYZ");
  CHECK(sign("ABCDEFGH12345678") == "ABCDEFGH12345678");
  for (const auto* bad : {"ABC12", "ABCDEFGH123456789", "ABC-123", "ABC 123", "パスワード1", "ＡＢＣ－１２３"}) {
    INFO(bad);
    CHECK(sign(bad) == "pin-malformed");
  }
}

TEST_CASE("the municipal rule of one letter and one digit is a hint") {
  CHECK(lacks_letter_or_digit(*Pin::parse(PinKind::sign, "ABCDEF")));
  CHECK(lacks_letter_or_digit(*Pin::parse(PinKind::sign, "123456")));
  CHECK_FALSE(lacks_letter_or_digit(*Pin::parse(PinKind::sign, "ABC123")));
}

TEST_CASE("a counter is ok, low, at its last try, blocked, or unknown behind a verified PIN") {
  CHECK(to_string(PinStatus::counted(3, 3).state()) == "ok");
  CHECK(to_string(PinStatus::counted(2, 3).state()) == "low");
  CHECK(to_string(PinStatus::counted(1, 3).state()) == "last-try");
  CHECK(to_string(PinStatus::counted(0, 3).state()) == "blocked");
  CHECK(to_string(PinStatus::verified(3).state()) == "verified");
  CHECK_FALSE(PinStatus::verified(3).untouched());
  CHECK_FALSE(PinStatus::verified(3).blocked());
}

TEST_CASE("when a PIN may be tried") {
  struct Row {
    PinStatus status;
    TryPolicy policy;
    std::optional<Errc> refusal;
  };
  const auto row = GENERATE(
      Row{PinStatus::counted(3, 3), {}, {}}, Row{PinStatus::counted(2, 3), {}, {}},
      Row{PinStatus::counted(1, 3), {}, Errc::last_try_refused},
      Row{PinStatus::counted(1, 3), {.allow_last_try = true}, {}},
      Row{PinStatus::counted(0, 3), {.allow_last_try = true, .allow_retry = true}, Errc::pin_blocked},
      Row{PinStatus::verified(3), {.allow_last_try = true, .allow_retry = true}, Errc::counter_unknown},
      Row{PinStatus::counted(3, 3), {.source = PinSource::stored}, {}},
      Row{PinStatus::counted(2, 3), {.source = PinSource::stored}, Errc::counter_touched},
      Row{PinStatus::counted(2, 3), {.source = PinSource::stored, .allow_retry = true}, {}},
      Row{PinStatus::counted(1, 3), {.source = PinSource::stored, .allow_retry = true}, Errc::last_try_refused},
      Row{PinStatus::counted(1, 3), {.source = PinSource::stored, .allow_last_try = true}, Errc::counter_touched});
  const Status decision = may_try(row.status, row.policy);
  CHECK(decision.has_value() == !row.refusal);
  if (row.refusal) CHECK(decision.error().code == *row.refusal);
}

TEST_CASE("refused PINs are known by kind until they are forgotten") {
  RefusedPins refused;
  refused.remember(PinKind::auth, as_bytes("1111"));
  CHECK(refused.contains(PinKind::auth, as_bytes("1111")));
  CHECK_FALSE(refused.contains(PinKind::auth, as_bytes("1112")));
  CHECK_FALSE(refused.contains(PinKind::sign, as_bytes("1111")));
  refused.forget(PinKind::sign);
  CHECK(refused.contains(PinKind::auth, as_bytes("1111")));
  refused.forget(PinKind::auth);
  CHECK_FALSE(refused.contains(PinKind::auth, as_bytes("1111")));
}

TEST_CASE("refused PINs are those of one card, as far as it is known") {
  RefusedPins refused;
  const auto known = [&refused] { return refused.contains(PinKind::auth, as_bytes("1111")); };
  refused.remember(PinKind::auth, as_bytes("1111"));
  refused.card_is({});                   // tells nothing of itself
  CHECK(known());
  refused.card_is(as_bytes("a card"));
  CHECK(known());
  refused.card_is(as_bytes("a card"));   // after a reset
  CHECK(known());
  refused.card_is(as_bytes("another"));
  CHECK_FALSE(known());
  CHECK(refused.empty());
}

TEST_CASE("a reader has one memory of refused PINs, whoever opens it") {
  refused_pins_of("Reader A")->remember(PinKind::auth, as_bytes("1111"));
  CHECK(refused_pins_of("Reader A")->contains(PinKind::auth, as_bytes("1111")));
  CHECK(refused_pins_of("Reader B")->empty());
}
