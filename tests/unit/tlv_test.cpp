// SPDX-License-Identifier: Apache-2.0
// TLV as the card writes it: non-minimal lengths accepted, nothing read past the end.
#include <catch2/catch.hpp>

#include <random>

#include "myna/core/hex.hpp"
#include "myna/core/tlv.hpp"

using namespace myna;

namespace {
Result<Tlv> first(std::string_view text) {
  static Bytes bytes;
  bytes = *from_hex(text);
  ByteReader reader(bytes);
  return next_tlv(reader);
}
}  // namespace

TEST_CASE("tags of one to three bytes, lengths in every definite form") {
  CHECK(first("3003010203")->tag == 0x30);
  CHECK(first("3003010203")->constructed);
  CHECK(first("FF100C313233343536373839303138")->tag == 0xFF10);
  CHECK(first("5F2E01AA")->tag == 0x5F2E);
  CHECK(first("DF810101AA")->tag == 0xDF8101);
  CHECK(first("04820002AABB")->value.size() == 2);   // the card writes `82 00 9F` (docs/card/text.md)
  CHECK(first("048400000001AA")->value.size() == 1);
  CHECK(first("0400")->value.empty());
}

TEST_CASE("what cannot be is malformed") {
  const auto text = GENERATE("", "30", "3001", "3081", "308200", "3080", "308500000000010A", "FF", "FF10", "FF8182830100",
                             "0484FFFFFFFF00", "04820100AA");
  INFO(text);
  CHECK(first(text).error().code == Errc::malformed);
}

TEST_CASE("the whole length is known from the header") {
  CHECK(*tlv_total_length(*from_hex("30820621")) == 0x0621 + 4);
  CHECK(*tlv_total_length(*from_hex("FF1281FF")) == 0xFF + 4);
  CHECK(tlv_total_length(*from_hex("3082")).error().code == Errc::malformed);
}

TEST_CASE("a path leads down the tree, and ends where a tag is missing") {
  // The synthetic vector of docs/card/text.md, "Four attributes"
  const Bytes file = *from_hex(
      "ff2062df2108000e002000560061df220fe795aae58fb7e38080e88ab1e5ad90df2333e69db1e4baace983bde58d83e4bba3e794b0e58cbae8"
      "a68be69cace794baefbc91e4b881e79baeefbc92e795aaefbc93e58fb7df24083139393030313032df250132");
  CHECK(as_text(find_path(file, {0xFF20, 0xDF24})->value) == "19900102");
  CHECK(as_text(find_path(file, {0xFF20, 0xDF22})->value) == "番号　花子");
  CHECK(find_path(file, {0xFF20, 0xDF29}).error().code == Errc::malformed);
  CHECK(find_path(file, {0xFF21}).error().code == Errc::malformed);
}

TEST_CASE("completeness looks into every constructed object") {
  CHECK(is_complete_object(*from_hex("3006020101040155")));
  CHECK_FALSE(is_complete_object(*from_hex("300602010104015500")));   // something follows
  CHECK_FALSE(is_complete_object(*from_hex("3006020101040255")));     // child longer than its parent
  CHECK_FALSE(is_complete_object(*from_hex("30060201013003")));
  Bytes deep{0x30, 0x00};
  for (int level = 0; level < 20; ++level) deep.insert(deep.begin(), {0x30, static_cast<Byte>(deep.size())});
  CHECK_FALSE(is_complete_object(deep));
}

TEST_CASE("random bytes never lead past the end") {
  std::mt19937 random(20261124);
  for (int round = 0; round < 50'000; ++round) {
    Bytes bytes(random() % 40);
    for (Byte& b : bytes) b = static_cast<Byte>(random());
    ByteReader reader(bytes);
    while (!reader.empty()) {
      const auto object = next_tlv(reader);
      if (!object) break;
      REQUIRE(object->whole.size() <= bytes.size());
      REQUIRE(object->value.size() < object->whole.size());
    }
    if (const auto open = open_truncated(bytes)) REQUIRE(open->size() <= bytes.size());
  }
}
