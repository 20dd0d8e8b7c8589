// SPDX-License-Identifier: Apache-2.0
// Rows of the card profiles by kind and by name: the same row, and an error in place of a row that is not there.
#include <catch2/catch.hpp>

#include <stdexcept>

#include "myna/card/card_profile.hpp"

using namespace myna;

TEST_CASE("every row of every profile is found by its kind and by its name") {
  for (const CardProfile* profile : card_profiles()) {
    INFO(profile->name);
    for (const PinRow& row : profile->pins) {
      CHECK(&pin_row(*profile, row.kind) == &row);
      CHECK(&pin_row(*profile, row.name) == &row);
      CHECK(find_pin(*profile, row.name) == &row);
    }
    for (const CertificateRow& row : profile->certificates) {
      CHECK(&certificate_row(*profile, row.kind) == &row);
      CHECK(&certificate_row(*profile, row.name) == &row);
      CHECK(find_certificate(*profile, row.name) == &row);
    }
    for (const KeyRow& row : profile->keys) CHECK(&key_row(*profile, row.kind) == &row);
  }
}

TEST_CASE("a row that a profile does not have is an error, and never one past the end") {
  const CardProfile* phone = profile_by_label("JPKIAPGPSETOKEN");
  REQUIRE(phone != nullptr);
  CHECK(find_pin(*phone, "text") == nullptr);
  CHECK(find_certificate(*phone, "text") == nullptr);
  CHECK_THROWS_AS(pin_row(*phone, PinKind::text), std::out_of_range);
  CHECK_THROWS_AS(pin_row(*phone, "text"), std::out_of_range);
  CHECK_THROWS_AS(pin_row(my_number_profile(), PinKind::municipal), std::out_of_range);
  CHECK_THROWS_AS(pin_row(my_number_profile(), ""), std::out_of_range);
  CHECK_THROWS_AS(certificate_row(my_number_profile(), "text"), std::out_of_range);
  CHECK_THROWS_AS(key_row(my_number_profile(), static_cast<KeyKind>(9)), std::out_of_range);
}
