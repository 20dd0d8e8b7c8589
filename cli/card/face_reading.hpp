// SPDX-License-Identifier: Apache-2.0
// The card face from the card, for every command that shows it.
#pragma once

#include "cli/prompts/pin_input.hpp"
#include "myna/pictures/picture.hpp"
#include "myna/use_cases/holder_data.hpp"

namespace myna::cli {

// Code A or B of the card face, by the options.
Result<Pin> obtain_face_pin(Context& context, OpenCard& card);

// With the code taken over; `text_too`: the attributes as well, where the code opens them.
Result<FaceAnswer> read_face(Context& context, OpenCard& card, Pin&& pin, bool text_too);

// The photo, decoded in a child process. Errors: malformed.
Result<Picture> photo_of(const CardFace& face);

}  // namespace myna::cli
