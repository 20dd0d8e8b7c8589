// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "myna/core/hex.hpp"

using namespace myna;

TEST_CASE("a reader gives what is there and keeps its place when it is not") {
  const Bytes bytes{1, 2, 3, 4, 5, 6, 7};
  ByteReader reader(bytes);
  CHECK(*reader.u8() == 1);
  CHECK(*reader.be16() == 0x0203);
  CHECK(reader.take(5).error().code == Errc::malformed);
  CHECK(reader.remaining() == 4);
  CHECK(*reader.be32() == 0x04050607);
  CHECK(reader.u8().error().code == Errc::malformed);
}

TEST_CASE("hexadecimal text goes both ways") {
  CHECK(to_hex(Bytes{0x00, 0xAB, 0xFF}) == "00ABFF");
  CHECK(to_hex(*from_hex("00 ab FF")) == "00ABFF");
  CHECK(from_hex("0")  .error().code == Errc::invalid_argument);
  CHECK(from_hex("0G").error().code == Errc::invalid_argument);
  CHECK(from_hex("0 1").error().code == Errc::invalid_argument);
  static_assert(hex("D392")[1] == 0x92);
}
