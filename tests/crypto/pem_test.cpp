// SPDX-License-Identifier: Apache-2.0
// PEM: one object, several, and everything that is almost one.
#include <catch2/catch.hpp>

#include <algorithm>

#include "myna/crypto/pem.hpp"
#include "tests/support/virtual_card_fixture.hpp"

using namespace myna;
using namespace myna::test;

namespace {

std::string with(std::string text, std::string_view what, std::string_view instead) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += instead.size()) text.replace(at, what.size(), instead);
  return text;
}

}  // namespace

TEST_CASE("PEM is one object, with text before it and nothing but white space behind") {
  const Bytes& der = file_of(card_image(), 0x0001);
  const std::string pem = certificate_pem(der);
  const std::string body = pem.substr(pem.find('\n') + 1);
  for (const std::string& good : {pem, pem + "\n \r\n", "Certificate:\n    Data:\n" + pem, with(pem, "\n", "\r\n"),
                                  with(pem, "CERTIFICATE", "PKCS #7 SIGNED DATA"), "-----END CERTIFICATE-----\n" + pem}) {
    CHECK(must(der_from_pem(as_bytes(good))) == der);
  }
  for (const std::string& bad : {pem + pem, pem + "text\n", pem + std::string(1, '\0'),
                                 "-----BEGIN CERTIFICATE-----\nNote: text\n\n" + body, pem.substr(0, pem.size() / 2),
                                 with(pem, "-----END CERTIFICATE", "-----END CMS"), "text " + pem, with(pem, "CERTIFICATE", ""),
                                 with(pem, "CERTIFICATE-----", "CERTIFICATE----"), with(pem, "\n-----END", "-----END"),
                                 std::string("-----BEGIN A-----\n-----END A-----\n")}) {
    CHECK(der_from_pem(as_bytes(bad)).error().code == Errc::malformed);
  }
}

TEST_CASE("PEM of several objects, with text before each") {
  const Bytes &first = file_of(card_image(), 0x0001), &second = file_of(card_image(), 0x0002);
  const std::string both = certificate_pem(first) + "\nsubject: the other\n" + certificate_pem(second) + "\n";
  CHECK(must(ders_from_pem(as_bytes(both))) == std::vector<Bytes>{first, second});
  CHECK(must(ders_from_pem(first)) == std::vector<Bytes>{first});
  CHECK(ders_from_pem(as_bytes(both + "text\n")).error().code == Errc::malformed);
}

TEST_CASE("PEM is known by its label") {
  CHECK(pem_label("text\n-----BEGIN CMS-----\nMII") == "CMS");
  for (const char* none : {"", "CMS", "-----BEGIN CMS", "-----BEGIN -----", "-----BEGIN ----", "x-----BEGIN CMS-----"}) {
    CHECK(pem_label(none).empty());
  }
}
