// SPDX-License-Identifier: Apache-2.0
// The test PKI: dates, sizes, kinds, and bad input.
#include <catch2/catch.hpp>

#include <set>

#include "libmyna/personalise/src/pki/rsa_key.hpp"
#include "libmyna/personalise/src/pki/test_pki.hpp"
#include "libmyna/personalise/src/pki/validity.hpp"
#include "myna/card/applications/jpki.hpp"
#include "tests/support/virtual_card_fixture.hpp"

using namespace myna;
using namespace myna::test;
using namespace std::chrono;

namespace {
Personalisation valid() {
  Personalisation what;
  what.issued = now();
  return what;
}
}  // namespace

TEST_CASE("certificates end on the fifth birthday after issue, 23:59:59 in Japan") {
  const auto end = [](sys_days issued, year_month_day birth) { return certificate_end(sys_seconds(issued), birth); };
  CHECK(end(2019y / July / 25, 1980y / May / 2) == sys_days(2024y / May / 2) + 14h + 59min + 59s);
  CHECK(end(2025y / October / 27, 1980y / February / 17) == sys_days(2030y / February / 17) + 14h + 59min + 59s);
  CHECK(end(2025y / May / 2, 1980y / May / 2) == sys_days(2030y / May / 2) + 14h + 59min + 59s);     // issued on a birthday
  CHECK(end(2025y / May / 1, 2004y / February / 29) == sys_days(2030y / March / 1) + 14h + 59min + 59s);
  CHECK(age_at(sys_seconds(sys_days(2025y / May / 1)) + 15h, 2010y / May / 2) == 15);   // already the 2nd in Japan
  CHECK(age_at(sys_seconds(sys_days(2025y / May / 1)) + 14h, 2010y / May / 2) == 14);
}

TEST_CASE("the era digit goes before the Gregorian date") {
  CHECK(era_date(1980y / February / 17) == "319800217");
  CHECK(era_date(1989y / January / 7) == "319890107");
  CHECK(era_date(1989y / January / 8) == "419890108");
  CHECK(era_date(2019y / May / 1) == "520190501");
  CHECK(era_date(1912y / July / 29) == "119120729");
}

TEST_CASE("sizes are near those of real cards, on every run") {
  for (int i = 0; i < 3; ++i) {
    const CardImage image = must(personalise(valid()));
    CHECK(file_of(image, 0x000A).size() > 1536);
    CHECK(file_of(image, 0x000A).size() <= 1792);
    CHECK(file_of(image, 0x0001).size() > 1792);
    CHECK(file_of(image, 0x0001).size() <= 2048);
    CHECK(file_of(image, 0x000B).size() > 1280);
    CHECK(file_of(image, 0x0002).size() <= 1536);
    CHECK(file_of(image, 0x0006).size() == 160);
    CHECK(to_hex(file_of(image, 0x0008)) == "8F8F00");
  }
}

TEST_CASE("token information names the kind, and no two cards have one serial number") {
  const auto token = must(parse_token_information(file_of(card_image(), 0x0006)));
  CHECK(token.label == "JPKIAPICCTOKEN2");
  CHECK(token.serial.size() == 16);
  CHECK(token.serial != must(parse_token_information(file_of(must(personalise(valid())), 0x0006))).serial);
  CHECK(to_hex(ByteView(file_of(card_image(), 0x0006)).subspan(96, 4)) == "0000040D");
}

TEST_CASE("the keys are RSA-2048 in OpenSSL's own judgement, and no two alike") {
  std::set<Bytes> keys;
  for (int i = 0; i < 4; ++i) {
    const KeyPair pair = must(generate_rsa_2048());
    const std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)> judge(EVP_PKEY_CTX_new(pair.key.get(), nullptr), EVP_PKEY_CTX_free);
    CHECK(EVP_PKEY_check(judge.get()) == 1);
    CHECK(EVP_PKEY_get_bits(pair.key.get()) == 2048);
    CHECK(keys.insert(pair.pkcs8).second);
  }
}

TEST_CASE("no signature certificate under 15, and none that was not asked for") {
  Personalisation child = valid();
  child.holder.birth_date = year_month_day(floor<days>(child.issued)) - years(14);
  CHECK(to_hex(file_of(must(personalise(child)), 0x0008)) == "008F00");
  Personalisation without = valid();
  without.with_auth_certificate = false;
  const CardImage image = must(personalise(without));
  CHECK(to_hex(file_of(image, 0x0008)) == "8F0000");
  CHECK(jpki_of(image).keys.size() == 1);
  CHECK(jpki_of(image).pins.size() == 2);
}

TEST_CASE("what cannot be on a card is refused") {
  const auto refused = [](auto change) {
    Personalisation what = valid();
    change(what);
    const auto image = personalise(what);
    return image ? std::string("made") : std::string(describe(image.error().code).name);
  };
  CHECK(refused([](auto& w) { w.auth_pin = "12"; }) == "pin-malformed");
  CHECK(refused([](auto& w) { w.sign_password = "short"; }) == "pin-malformed");
  CHECK(refused([](auto& w) { w.holder.name = ""; }) == "invalid-argument");
  CHECK(refused([](auto& w) { w.holder.name = "\xFF"; }) == "invalid-argument");
  CHECK(refused([](auto& w) { w.holder.address = std::string(700, 'x'); }) == "invalid-argument");
  CHECK(refused([](auto& w) { w.holder.municipality_code = "1310"; }) == "invalid-argument");
  CHECK(refused([](auto& w) { w.holder.sex = '3'; }) == "invalid-argument");
  CHECK(refused([](auto& w) { w.holder.birth_date = 2001y / February / 29; }) == "invalid-argument");
}
