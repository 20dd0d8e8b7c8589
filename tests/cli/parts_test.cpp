// SPDX-License-Identifier: Apache-2.0
// Pure parts of the command line.
#include <catch2/catch.hpp>

#include "cli/views/cert_words.hpp"
#include "myna/trust/holder_attributes.hpp"
#include "cli/exit_code.hpp"
#include "cli/prompts/pin_lines.hpp"

using namespace myna;
using namespace myna::cli;

namespace {
std::string value(std::string_view text, std::string_view name, bool only) {
  const auto lines = PinLines::parse(SecretBytes(as_bytes(text)));
  if (!lines) return "(refused)";
  const auto found = lines->value(name, only);
  return found ? std::string(*found) : "(none)";
}
}  // namespace

TEST_CASE("PIN lines: names, one bare line, both line ends") {
  CHECK(value("auth=1234\nsign=ABC123\n", "sign", false) == "ABC123");
  CHECK(value("auth=1234\r\n", "auth", false) == "1234");
  CHECK(value("1234", "auth", true) == "1234");
  CHECK(value("1234\n", "auth", false) == "(none)");
  CHECK(value("1234\nauth=1\n", "sign", true) == "(none)");
  CHECK(value("auth=1\nauth=2\n", "auth", true) == "(refused)");
  CHECK(value("", "auth", true) == "(refused)");
  CHECK(value("\n\n", "auth", true) == "(refused)");
  CHECK(value(std::string(kMaxPinText + 1, '1'), "auth", true) == "(refused)");
  CHECK(value("=1234", "auth", true) == "=1234");
}

TEST_CASE("a refusal to protect the counter and a block have codes of their own") {
  CHECK(exit_code(Errc::pin_wrong) == Exit::pin_wrong);
  CHECK(exit_code(Errc::last_try_refused) == Exit::refused);
  CHECK(exit_code(Errc::pin_refused_before) == Exit::refused);
  CHECK(exit_code(Errc::pin_blocked) == Exit::pin_blocked);
  CHECK(exit_code(Errc::card_busy) == Exit::removed);
  CHECK(exit_code(Errc::cancelled) == Exit::interrupted);
}

TEST_CASE("substitute flags count characters and not bytes") {
  CertificateFields fields;
  fields.other_names = {{"1.2.392.200149.8.5.5.1", "髙橋　花子"}, {"1.2.392.200149.8.5.5.2", "10000"},
                        {"1.2.392.200149.8.5.5.5", "東京"},       {"1.2.392.200149.8.5.5.6", "101"},
                        {"1.2.392.200149.8.5.5.4", "319800217"},  {"1.2.392.200149.8.5.5.3", "3"}};
  const auto holder = holder_attributes(fields);
  REQUIRE(holder);
  CHECK(holder->substituted_in_name == std::vector{1});
  CHECK(holder->substituted_in_address.empty());   // three flags for two characters say nothing
  CHECK(holder->birth_date == "1980-02-17");
  CHECK(holder->sex == "unknown");
}
