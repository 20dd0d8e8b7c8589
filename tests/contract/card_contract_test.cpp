// SPDX-License-Identifier: Apache-2.0
// What every My Number card does, in every dialect: files, certificates, signatures.
#include <catch2/catch.hpp>

#include "any_dialect.hpp"
#include "tests/support/virtual_card_fixture.hpp"
#include "myna/crypto/crypto.hpp"

using namespace myna;
using namespace myna::test;

TEST_CASE("the card says what it is and what it holds, without a PIN") {
  CardUnderTest card(any_dialect());
  card.in_transaction([](JpkiApplication& jpki) {
    const auto recognised = recognise(jpki);
    CHECK(recognised->kind == CardKind::my_number);
    CHECK(recognised->token.serial.size() == 16);
    CHECK(jpki.availability()->auth == Known::yes);
    CHECK(jpki.availability()->sign == Known::yes);
  });
}

TEST_CASE("the three free certificates are read whole, and the fourth only behind the sign password") {
  CardUnderTest card(any_dialect());
  const CardImage& image = card_image();
  card.in_transaction([&image](JpkiApplication& jpki) {
    for (const CertificateRow& row : jpki.profile().certificates) {
      INFO(row.name);
      const auto der = jpki.certificate(row.kind);
      if (row.read_pin) CHECK(der.error().code == Errc::access_denied);
      else CHECK(equal(der->view(), file_of(image, row.file)));
    }
  });
  card.in_transaction([&](JpkiApplication& jpki) {
    REQUIRE(jpki.verify(*Pin::parse(PinKind::sign, "abc123"), {}, card.refused()));
    CHECK(equal(jpki.certificate(CertificateKind::sign)->view(), file_of(image, 0x0001)));
  });
}

TEST_CASE("both keys sign behind their own PIN, and the certificates prove it") {
  CardUnderTest card(any_dialect());
  card.in_transaction([&](JpkiApplication& jpki) {
    REQUIRE(jpki.verify(*Pin::parse(PinKind::auth, "1234"), {}, card.refused()));
    const auto signature = jpki.sign(KeyKind::auth, some_digest_info());
    REQUIRE(signature);
    CHECK((*certificate_public_key(file_of(card_image(), 0x000A)))->verify_pkcs1(some_digest_info(), *signature));
    CHECK(jpki.sign(KeyKind::sign, some_digest_info()).error().code == Errc::access_denied);
  });
  card.in_transaction([&](JpkiApplication& jpki) {
    REQUIRE(jpki.verify(*Pin::parse(PinKind::sign, "ABC123"), {}, card.refused()));
    for (int i = 0; i < 2; ++i) {   // one VERIFY serves several signatures (docs/card/commands.md)
      const auto signature = jpki.sign(KeyKind::sign, some_digest_info());
      REQUIRE(signature);
      CHECK((*certificate_public_key(file_of(card_image(), 0x0001)))->verify_pkcs1(some_digest_info(), *signature));
    }
  });
}

TEST_CASE("after the transaction no key can be used and no protected file be read, by this program or the next") {
  CardUnderTest card(any_dialect());
  card.in_transaction([&](JpkiApplication& jpki) {
    REQUIRE(jpki.verify(*Pin::parse(PinKind::auth, "1234"), {}, card.refused()));
    REQUIRE(jpki.verify(*Pin::parse(PinKind::sign, "ABC123"), {}, card.refused()));
    REQUIRE(jpki.sign(KeyKind::sign, some_digest_info()));
  });
  if (GENERATE(false, true)) card.new_program();
  card.in_transaction([](JpkiApplication& jpki) {
    CHECK(jpki.sign(KeyKind::auth, some_digest_info()).error().code == Errc::access_denied);
    CHECK(jpki.sign(KeyKind::sign, some_digest_info()).error().code == Errc::access_denied);
    CHECK(jpki.certificate(CertificateKind::sign).error().code == Errc::access_denied);
    CHECK(jpki.pin_status(PinKind::auth)->untouched());
  });
}

TEST_CASE("the identity of a card stays the same and is the certificate's issuer and serial") {
  CardUnderTest card(any_dialect());
  const auto first = card.in_transaction([](JpkiApplication& jpki) { return jpki.identity(); });
  card.new_program();
  const auto second = card.in_transaction([](JpkiApplication& jpki) { return jpki.identity(); });
  REQUIRE(first);
  CHECK(*first == *second);
  const auto fields = parse_certificate(file_of(card_image(), 0x000A));
  CHECK(equal(ByteView(first->issuer_and_serial).first(fields->issuer.der.size()), fields->issuer.der));
}

TEST_CASE("extended length is used when wanted, learned before a VERIFY, and given up when refused") {
  CardUnderTest card(any_dialect());
  card.new_program(LengthMode::extended);
  card.in_transaction([&](JpkiApplication& jpki) {
    REQUIRE(jpki.learn_extended_length());
    REQUIRE(jpki.verify(*Pin::parse(PinKind::sign, "ABC123"), {}, card.refused()));
    CHECK(equal(jpki.certificate(CertificateKind::sign)->view(), file_of(card_image(), 0x0001)));
    CHECK(equal(jpki.certificate(CertificateKind::auth)->view(), file_of(card_image(), 0x000A)));
  });
}
