// SPDX-License-Identifier: Apache-2.0
// Pictures of a hostile card: decoded to what they say, or refused.
#include <cstdlib>

#include "myna/pictures/picture.hpp"

using namespace myna;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const auto& decode : {decode_png, decode_jp2}) {
    const auto picture = decode(ByteView(data, size));
    if (!picture) continue;
    const bool filled = picture->grey.size() == std::size_t{picture->width} * picture->height && picture->width <= kMaxPictureSide;
    if (!filled || !encode_png(*picture, PngDepth::one_bit)) std::abort();
  }
  return 0;
}
