// SPDX-License-Identifier: Apache-2.0
// Certificate fields, and hostile certificates.
#include <catch2/catch.hpp>

#include <random>

#include "support/virtual_card_fixture.hpp"

using namespace myna;
using namespace myna::test;

TEST_CASE("the authentication certificate has the fields of CARD.md 4.2") {
  const auto fields = must(parse_certificate(file_of(card_image(), 0x000A)));
  CHECK(fields.version == 3);
  CHECK(fields.serial.size() == 4);
  CHECK(fields.subject.text.substr(0, 9) == "C=JP, CN=");
  CHECK(fields.subject.common_name.size() == 23);
  CHECK(fields.subject.common_name.substr(14) == "13101003A");
  CHECK(fields.key_usage == std::vector<std::string>{"digitalSignature"});
  CHECK(fields.extended_key_usage == std::vector<std::string>{"clientAuth"});
  CHECK(fields.policies == std::vector<std::string>{"1.2.392.200149.8.5.1.0.30"});
  CHECK(fields.cps_uris == std::vector<std::string>{"http://www.jpki.go.jp/cps.html"});
  REQUIRE(fields.ocsp_uris.size() == 1);
  CHECK(fields.ocsp_uris.front().size() == 30);
  REQUIRE(fields.crl_points.size() == 1);
  CHECK(fields.crl_points.front().find("OU=CRL Distribution Points, OU=Tokyo-to, CN=Chiyoda-ku CRLDP") != std::string::npos);
  CHECK(fields.other_names.empty());
  CHECK_FALSE(fields.is_ca);
  CHECK(fields.signature_algorithm == "sha256WithRSAEncryption");
}

TEST_CASE("the signature certificate names the holder in the order of CARD.md 4.4") {
  const auto fields = must(parse_certificate(file_of(card_image(), 0x0001)));
  CHECK(fields.key_usage == std::vector<std::string>{"digitalSignature", "nonRepudiation"});
  CHECK(fields.extended_key_usage.empty());
  std::string order;
  for (const OtherName& name : fields.other_names) order += name.oid.back();
  CHECK(order == "143526");
  CHECK(fields.other_names[0].value == "番号　花子");
  CHECK(fields.other_names[1].value == "419900102");
  CHECK(fields.other_names[4].value == "00000");
}

TEST_CASE("the CA certificates of the card issued the others") {
  const auto auth_ca = must(parse_certificate(file_of(card_image(), 0x000B)));
  CHECK(auth_ca.is_ca);
  CHECK(auth_ca.key_usage == std::vector<std::string>{"keyCertSign", "cRLSign"});
  CHECK(auth_ca.subject == auth_ca.issuer);
  CHECK(auth_ca.subject_key_id == must(parse_certificate(file_of(card_image(), 0x000A))).authority_key_id);
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
    for (int flips = 1 + static_cast<int>(random() % 3); flips > 0; --flips) der[random() % der.size()] ^= static_cast<Byte>(1 + random() % 255);
    if (!parse_certificate(der)) ++refused;
    if (const auto key = certificate_public_key(der)) (void)(*key)->verify_pkcs1(Bytes(51), Bytes(256));
  }
  CHECK(refused > 100);
}
