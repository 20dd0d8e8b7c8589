// SPDX-License-Identifier: Apache-2.0
// What a certificate tells people, which only the OpenSSL backend reads.
#include <catch2/catch.hpp>

#include "tests/support/virtual_card_fixture.hpp"

using namespace myna;
using namespace myna::test;

TEST_CASE("the authentication certificate is explained field by field") {
  const auto fields = must(parse_certificate(file_of(card_image(), 0x000A)));
  CHECK(fields.extended_key_usage == std::vector<std::string>{"clientAuth"});
  CHECK(fields.policies == std::vector<std::string>{"1.2.392.200149.8.5.1.0.30"});
  CHECK(fields.cps_uris == std::vector<std::string>{"http://www.jpki.go.jp/cps.html"});
  REQUIRE(fields.ocsp_uris.size() == 1);
  CHECK(fields.ocsp_uris.front().size() == 30);
  REQUIRE(fields.crl_points.size() == 1);
  CHECK(fields.crl_points.front().find("OU=CRL Distribution Points, OU=Tokyo-to, CN=Chiyoda-ku CRLDP") != std::string::npos);
  CHECK(fields.other_names.empty());
  CHECK(fields.signature_algorithm == "sha256WithRSAEncryption");
  CHECK(fields.authority_key_id == must(parse_certificate(file_of(card_image(), 0x000B))).subject_key_id);
}

TEST_CASE("the signature certificate names the holder in the order of the card") {
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
