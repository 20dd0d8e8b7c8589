// SPDX-License-Identifier: Apache-2.0
// Every error explains itself in both languages, and JSON names are stable and unique.
#include <catch2/catch.hpp>

#include <set>

#include "myna/core/result.hpp"

using namespace myna;

TEST_CASE("every error has a unique name, a message and an advice in English and Japanese") {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(kLastErrc); ++i) {
    const ErrorText& text = describe(static_cast<Errc>(i));
    INFO(text.name);
    CHECK(names.insert(text.name).second);
    CHECK(text.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos);
    for (const Text& t : {text.message, text.advice}) {
      CHECK(!t.en.empty());
      CHECK(t.ja.find_first_of("\xE3\xE4\xE5\xE6\xE7\xE8\xE9") != std::string_view::npos);
    }
  }
}

TEST_CASE("a result carries the value or the error with its place and count") {
  const Result<int> good = 7;
  const Result<int> bad = fail(Errc::pin_wrong, StatusWord(0x63C2));
  CHECK(*good == 7);
  CHECK(bad.error().tries_left == 2);
  CHECK(bad.value_or(9) == 9);
  CHECK(std::string_view(bad.error().where.file).find("error_test") != std::string_view::npos);
}
