// SPDX-License-Identifier: Apache-2.0
// Counters and VERIFY on every dialect: no path spends a try that nobody asked for (docs/decisions/one-verify-per-request.md).
#include <catch2/catch.hpp>

#include "any_dialect.hpp"

using namespace myna;
using namespace myna::test;

namespace {

CardImage image_with_auth_tries(std::uint8_t remaining) {
  CardImage image = card_image();
  for (ImageApplication& application : image.applications) {
    for (ImagePin& pin : application.pins) {
      if (equal(application.aid, aid::kJpki) && pin.file == 0x0018) pin.remaining = remaining;
    }
  }
  return image;
}

Errc verify_auth(CardUnderTest& card, std::string_view text, TryPolicy policy = {}) {
  const Status status = card.in_transaction([&](JpkiApplication& jpki) {
    return jpki.verify(*Pin::parse(PinKind::auth, text), policy, card.refused());
  });
  REQUIRE_FALSE(status);
  return status.error().code;
}

bool opens_auth(CardUnderTest& card, std::string_view text, TryPolicy policy = {}) {
  return card.in_transaction([&](JpkiApplication& jpki) {
    return jpki.verify(*Pin::parse(PinKind::auth, text), policy, card.refused()).has_value();
  });
}

int auth_tries(CardUnderTest& card) {
  return card.in_transaction([](JpkiApplication& jpki) { return int{*jpki.pin_status(PinKind::auth)->remaining()}; });
}

}  // namespace

TEST_CASE("reading counters any number of times spends nothing") {
  CardUnderTest card(any_dialect());
  for (int i = 0; i < 5; ++i) CHECK(auth_tries(card) == 3);
}

TEST_CASE("a wrong PIN costs one try, the right one gives all back") {
  CardUnderTest card(any_dialect());
  CHECK(verify_auth(card, "9999") == Errc::pin_wrong);
  CHECK(auth_tries(card) == 2);
  CHECK(opens_auth(card, "1234"));
  CHECK(auth_tries(card) == 3);
}

TEST_CASE("the same wrong PIN is sent once, and a stored one not at all on a touched counter") {
  CardUnderTest card(any_dialect());
  CHECK(verify_auth(card, "9999") == Errc::pin_wrong);
  CHECK(verify_auth(card, "9999") == Errc::pin_refused_before);
  CHECK(verify_auth(card, "1234", {.source = PinSource::stored}) == Errc::counter_touched);
  CHECK(auth_tries(card) == 2);
}

TEST_CASE("the last try is refused whatever the PIN, and allowed on request") {
  CardUnderTest card(any_dialect(), image_with_auth_tries(1));
  CHECK(verify_auth(card, "1234") == Errc::last_try_refused);
  CHECK(verify_auth(card, "9999") == Errc::last_try_refused);
  CHECK(auth_tries(card) == 1);
  CHECK(opens_auth(card, "1234", {.allow_last_try = true}));
  CHECK(auth_tries(card) == 3);
}

TEST_CASE("the last try, wrong, blocks, and a blocked PIN is never sent, not even the right one") {
  CardUnderTest card(any_dialect(), image_with_auth_tries(1));
  CHECK(verify_auth(card, "9999", {.allow_last_try = true}) == Errc::pin_blocked);
  CHECK(auth_tries(card) == 0);
  CHECK(verify_auth(card, "1234", {.allow_last_try = true, .allow_retry = true}) == Errc::pin_blocked);
}

TEST_CASE("the two PINs of the application have counters of their own") {
  CardUnderTest card(any_dialect());
  CHECK(verify_auth(card, "9999") == Errc::pin_wrong);
  card.in_transaction([](JpkiApplication& jpki) { CHECK(jpki.pin_status(PinKind::sign)->untouched()); });
}
