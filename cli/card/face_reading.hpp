// SPDX-License-Identifier: Apache-2.0
// The card face from the card, for every command that shows it.
#pragma once

#include "cli/terminal/pin_input.hpp"
#include "myna/pictures/picture.hpp"
#include "myna/trust/authenticity.hpp"

namespace myna::cli {

// Code A or B of the card face, by the options.
Result<CheckedPin> obtain_face_pin(Context& context, OpenCard& card);

// Free certificate, code, face, and with `proof` the card's own key and the record of the 共通カードAP.
Result<FaceEvidence> read_face(Context& context, OpenCard& card, CardTransaction& transaction, CheckedPin&& pin, bool proof);

// The photo, decoded in a child process. Errors: malformed.
Result<Picture> photo_of(const CardFace& face);

}  // namespace myna::cli
