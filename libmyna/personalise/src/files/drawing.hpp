// SPDX-License-Identifier: Apache-2.0
// The pictures of a virtual card: nobody's face, and texts that a machine drew.
#pragma once

#include <string_view>

#include "myna/pictures/picture.hpp"

namespace myna {

// A grey face that nobody has: 160 x 200, or as many times that as `scale` says with the grain of a camera, the same each time.
Picture draw_portrait(std::uint32_t scale = 1);

// Cells of 16 x 16, 20 to a line: digits as digits, every other character as a box with its code point as dots, so that
// two texts never look alike. `utf8` is valid.
Picture draw_text(std::string_view utf8);

// Cells of 6 x 12: 12 digits make 72 x 12, 4 make 24 x 12, the sizes seen on cards (docs/card/surface.md).
Picture draw_digits(std::string_view digits);

}  // namespace myna
