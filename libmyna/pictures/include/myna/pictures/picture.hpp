// SPDX-License-Identifier: Apache-2.0
// Pictures of the card: PNG of one bit for name, address and number, JPEG 2000 of eight bits of grey for the photo
// (docs/card/surface.md). Everything is decoded to eight bits of grey.
#pragma once

#include <cstdint>

#include "myna/core/bytes.hpp"
#include "myna/core/result.hpp"
#include "myna/core/secret.hpp"

namespace myna {

// Far above any card's; what is larger is malformed, before there is room made for it.
inline constexpr std::uint32_t kMaxPictureSide = 4096;
inline constexpr std::uint32_t kMaxPicturePixels = 4 * 1024 * 1024;
constexpr bool picture_fits(std::uint32_t width, std::uint32_t height) noexcept {
  return width > 0 && height > 0 && width <= kMaxPictureSide && height <= kMaxPictureSide && width * height <= kMaxPicturePixels;
}

struct Picture {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  Bytes grey;              // width x height bytes, row by row; 0 black, 255 white
  bool operator==(const Picture&) const = default;
};

enum class PngDepth : std::uint8_t { one_bit = 1, eight_bits = 8 };

// Errc::invalid_argument when the bytes do not fill the sides. Equal pictures give equal bytes.
Result<Bytes> encode_png(const Picture& picture, PngDepth depth);
// Any PNG that fits, as grey. Errc::malformed.
Result<Picture> decode_png(ByteView png);

// JP2 with one grey component: lossless, or in about so many bytes.
Result<Bytes> encode_jp2(const Picture& picture, std::size_t at_most = 0);
// JP2 with one component of eight bits. Errc::malformed.
Result<Picture> decode_jp2(ByteView jp2);
// The same in a child process that ends with it: the decoder is large, and the picture may come from a forged card. The
// child has no descriptors but its pipe, no more than 256 MiB of memory (not with a sanitizer, which needs terabytes of addresses), ten
// seconds of processor time and twenty in all, and leaves no core dump. Errors: malformed (also when the child crashed or was ended),
// storage_failed when there can be no child.
Result<Picture> decode_jp2_in_child(ByteView jp2);
// The same, and the child makes a PNG of it: this process never holds the picture but as the two files.
Result<SecretBytes> jp2_to_png_in_child(ByteView jp2);

}  // namespace myna
