// SPDX-License-Identifier: Apache-2.0
// Boxes: ISO/IEC 15444-1 I.4. The segments SOC and SIZ, with which each codestream begins: A.4.1, A.5.1.
#include "jp2_header.hpp"

#include <array>

#include "myna/pictures/picture.hpp"

namespace myna {
namespace {

constexpr std::uint32_t kCodestream = 0x6A703263;   // jp2c
constexpr std::size_t kBoxHeader = 8;
constexpr std::uint32_t kStartWithSize = 0xFF4FFF51;
constexpr std::array<Byte, 3> kGreyByte{7, 1, 1};   // Ssiz: bits less one, no sign; XRsiz, YRsiz: each pixel has its own
constexpr std::uint64_t kMaxTiles = 64;             // OpenJPEG keeps 6 kB for each; a file may name 65535

// The first one, which is the one that is decoded. Boxes of more than 4 GiB (length 1) are no box of a card.
Result<ByteView> codestream_of(ByteView jp2) {
  ByteReader reader(jp2);
  while (true) {
    MYNA_TRY(const std::uint32_t length, reader.be32());
    MYNA_TRY(const std::uint32_t type, reader.be32());
    if (type == kCodestream) return reader.rest();
    if (length < kBoxHeader) return fail(Errc::malformed);
    MYNA_CHECK(reader.take(length - kBoxHeader));
  }
}

// In the order in which they are written.
struct Siz {
  std::uint32_t right, bottom, left, top, tile_width, tile_height, tiles_left, tiles_top;
};

Result<Siz> sides_in(ByteReader& reader) {
  Siz siz{};
  for (std::uint32_t* side :
       {&siz.right, &siz.bottom, &siz.left, &siz.top, &siz.tile_width, &siz.tile_height, &siz.tiles_left, &siz.tiles_top}) {
    MYNA_TRY(*side, reader.be32());
  }
  return siz;
}

std::uint64_t tiles(std::uint32_t from, std::uint32_t to, std::uint32_t side) { return (std::uint64_t{to} - from + side - 1) / side; }

bool is_usable(const Siz& siz) {
  const bool ordered = siz.tile_width > 0 && siz.tile_height > 0 && siz.tiles_left <= siz.left && siz.tiles_top <= siz.top &&
                       siz.left < siz.right && siz.top < siz.bottom;
  return ordered && picture_fits(siz.right - siz.left, siz.bottom - siz.top) &&
         tiles(siz.tiles_left, siz.right, siz.tile_width) * tiles(siz.tiles_top, siz.bottom, siz.tile_height) <= kMaxTiles;
}

}  // namespace

Status check_jp2_header(ByteView jp2) {
  MYNA_TRY(const ByteView codestream, codestream_of(jp2));
  ByteReader reader(codestream);
  MYNA_TRY(const std::uint32_t start, reader.be32());
  MYNA_CHECK(reader.take(4));   // length of the segment, capabilities
  MYNA_TRY(const Siz siz, sides_in(reader));
  MYNA_TRY(const std::uint16_t components, reader.be16());
  MYNA_TRY(const ByteView form, reader.take(3));
  const bool usable = start == kStartWithSize && is_usable(siz) && components == 1 && equal(form, kGreyByte);
  return usable ? Status{} : Status{fail(Errc::malformed)};
}

}  // namespace myna
