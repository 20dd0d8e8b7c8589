// SPDX-License-Identifier: Apache-2.0
// base64 and base64url: the vectors of the standard, and everything their own encoders do not write.
#include <catch2/catch.hpp>

#include "myna/core/base64.hpp"

using namespace myna;

namespace {

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  while (times-- > 0) text += part;
  return text;
}

}  // namespace

TEST_CASE("base64 and base64url of the vectors of RFC 4648") {
  struct Row {
    const char *plain, *padded, *bare;
  };
  for (const Row& row : {Row{"", "", ""}, Row{"f", "Zg==", "Zg"}, Row{"fo", "Zm8=", "Zm8"}, Row{"foo", "Zm9v", "Zm9v"},
                         Row{"foob", "Zm9vYg==", "Zm9vYg"}, Row{"fooba", "Zm9vYmE=", "Zm9vYmE"}, Row{"foobar", "Zm9vYmFy", "Zm9vYmFy"},
                         Row{"\xFB\xFF\xBF", "+/+/", "-_-_"}}) {
    CHECK(base64(as_bytes(row.plain)) == row.padded);
    CHECK(base64url(as_bytes(row.plain)) == row.bare);
    CHECK(as_text(from_base64(row.padded).value()) == row.plain);
    CHECK(as_text(from_base64url(row.bare).value()) == row.plain);
  }
}

TEST_CASE("base64 of every length and every byte comes back") {
  Bytes bytes;
  for (unsigned i = 0; i < 300; ++i) {
    CHECK(from_base64(base64(bytes)) == bytes);
    CHECK(from_base64url(base64url(bytes)) == bytes);
    bytes.push_back(static_cast<Byte>(i * 7));
  }
}

TEST_CASE("base64 takes nothing that its encoder does not write") {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zg==Zg==", "Zm9!", "-_-_", "Zm=v", "Zm9v Yg==", "Zm9v\n",
                           " Zm9v", "Zh==", "Zm9=", "\xE3\x81\x82Z"}) {
    CAPTURE(text);
    CHECK_FALSE(from_base64(text).has_value());
  }
  CHECK_FALSE(from_base64(std::string_view("Zm9\0", 4)).has_value());
}

TEST_CASE("base64url takes nothing that its encoder does not write") {
  for (const char* text : {"Z", "Zg==", "Zm8=", "+/+/", "Zm9vY", "Zm9 ", "Zh", "Zm9vYmF", "Zm9v\n"}) {
    CAPTURE(text);
    CHECK_FALSE(from_base64url(text).has_value());
  }
}

TEST_CASE("base64 has its room from the start") {
  const std::string text = base64(as_bytes(repeated("abcd", 1000)));
  CHECK(text.size() == 5336);
  CHECK(text.capacity() < text.size() + 8);
}
