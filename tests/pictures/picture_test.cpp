// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "myna/pictures/picture.hpp"

using namespace myna;

namespace {

Picture gradient(std::uint32_t width, std::uint32_t height) {
  Picture picture{.width = width, .height = height, .grey = {}};
  for (std::uint32_t i = 0; i < width * height; ++i) picture.grey.push_back(static_cast<Byte>(i * 7 % 256));
  return picture;
}

}  // namespace

TEST_CASE("PNG of eight bits and JP2 give back every pixel") {
  const auto [width, height] = GENERATE(table<std::uint32_t, std::uint32_t>({{1, 1}, {7, 3}, {72, 12}, {160, 200}}));
  const Picture picture = gradient(width, height);
  const auto png = encode_png(picture, PngDepth::eight_bits);
  REQUIRE(png);
  CHECK(*decode_png(*png) == picture);
  CHECK(*encode_png(picture, PngDepth::eight_bits) == *png);
  const auto jp2 = encode_jp2(picture);
  REQUIRE(jp2);
  CHECK(*decode_jp2(*jp2) == picture);
  CHECK(*decode_jp2_in_child(*jp2) == picture);
  CHECK(*decode_png(jp2_to_png_in_child(*jp2)->view()) == picture);
}

TEST_CASE("PNG of one bit is black or white, split in the middle") {
  const Picture picture{.width = 3, .height = 1, .grey = {127, 128, 255}};
  CHECK(decode_png(*encode_png(picture, PngDepth::one_bit))->grey == Bytes{0, 255, 255});
}

TEST_CASE("a picture that does not fill its sides is refused") {
  const auto bad = GENERATE(Picture{}, Picture{.width = 2, .height = 2, .grey = {0, 0, 0}}, Picture{.width = 5000, .height = 1,
                                                                                                    .grey = Bytes(5000)});
  CHECK(encode_png(bad, PngDepth::eight_bits).error().code == Errc::invalid_argument);
}

TEST_CASE("damaged pictures are malformed, at every length") {
  const Picture picture = gradient(16, 16);
  const Bytes png = *encode_png(picture, PngDepth::eight_bits);
  const Bytes jp2 = *encode_jp2(picture);
  for (std::size_t length = 0; length + 32 < png.size(); length += 5) CHECK_FALSE(decode_png(ByteView(png).first(length)));
  for (std::size_t length = 0; length + 8 < jp2.size(); length += 17) {
    const auto cut = decode_jp2(ByteView(jp2).first(length));
    CHECK((!cut || cut->grey.size() == 256));
  }
  CHECK(decode_jp2_in_child(ByteView(jp2).first(jp2.size() / 2)).error().code == Errc::malformed);
  CHECK(jp2_to_png_in_child(ByteView(jp2).first(jp2.size() / 2)).error().code == Errc::malformed);
  CHECK(decode_jp2_in_child({}).error().code == Errc::malformed);
}
