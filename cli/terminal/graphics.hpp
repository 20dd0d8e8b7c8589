// SPDX-License-Identifier: Apache-2.0
// Pictures inside a terminal: the kitty protocol (PNG as base64) and sixel (DEC VT340).
#pragma once

#include <string>
#include <string_view>

#include "myna/pictures/picture.hpp"
#include "screen.hpp"

namespace myna::cli {

enum class Graphics { none, kitty, sixel };

// "kitty", "sixel", "none"; "auto" asks the environment (TERM, TERM_PROGRAM) and answers none when standard output is no terminal.
Graphics graphics_by_name(std::string_view name);

// The escape sequence that shows the picture; empty for none. Errors: those of encode_png.
Result<PictureSequence> picture_sequence(const Picture& picture, Graphics graphics);

}  // namespace myna::cli
