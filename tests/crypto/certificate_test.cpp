// SPDX-License-Identifier: Apache-2.0
// Certificate fields, and hostile certificates.
#include <catch2/catch.hpp>

#include <random>

#include "tests/support/virtual_card_fixture.hpp"

using namespace myna;
using namespace myna::test;

TEST_CASE("the authentication certificate has the fields of a real one") {
  const auto fields = must(parse_certificate(file_of(card_image(), 0x000A)));
  CHECK(fields.version == 3);
  CHECK(fields.serial.size() == 4);
  CHECK(fields.subject.text.substr(0, 9) == "C=JP, CN=");
  CHECK(fields.subject.common_name.size() == 23);
  CHECK(fields.subject.common_name.substr(14) == "13101003A");
  CHECK(fields.key_usage == std::vector<std::string>{"digitalSignature"});
  CHECK_FALSE(fields.is_ca);
  CHECK(fields.not_after > fields.not_before);
  CHECK((fields.key_type == "RSA" && fields.key_bits == 2048));
}

TEST_CASE("the CA certificates of the card issued the others") {
  const auto auth_ca = must(parse_certificate(file_of(card_image(), 0x000B)));
  CHECK(auth_ca.is_ca);
  CHECK(auth_ca.key_usage == std::vector<std::string>{"keyCertSign", "cRLSign"});
  CHECK(auth_ca.subject == auth_ca.issuer);
  CHECK(must(is_issued_by(file_of(card_image(), 0x000A), file_of(card_image(), 0x000B))));
  CHECK(must(is_issued_by(file_of(card_image(), 0x0001), file_of(card_image(), 0x0002))));
  CHECK_FALSE(must(is_issued_by(file_of(card_image(), 0x0001), file_of(card_image(), 0x000B))));
}

TEST_CASE("every truncation and every trailing byte is malformed") {
  const Bytes& der = file_of(card_image(), 0x0001);
  for (std::size_t size = 0; size < der.size(); size += 7) {
    CHECK(parse_certificate(ByteView(der).first(size)).error().code == Errc::malformed);
  }
  Bytes longer = der;
  longer.push_back(0);
  CHECK(parse_certificate(longer).error().code == Errc::malformed);
}

TEST_CASE("flipped bytes are parsed or refused, and never crash") {
  std::mt19937 random(42);
  int refused = 0;
  for (int round = 0; round < 4000; ++round) {
    Bytes der = file_of(card_image(), random() % 2 == 0 ? 0x0001 : 0x000A);
    for (int flips = 1 + static_cast<int>(random() % 3); flips > 0; --flips) {
      der[random() % der.size()] ^= static_cast<Byte>(1 + random() % 255);
    }
    if (!parse_certificate(der)) ++refused;
    if (const auto key = certificate_public_key(der)) (void)(*key)->verify_pkcs1(Bytes(51), Bytes(256));
  }
  CHECK(refused > 100);
}
