// SPDX-License-Identifier: Apache-2.0
// The card face from the card, for every command that shows it.
#pragma once

#include "cli/pin_input.hpp"
#include "myna/authenticity.hpp"

namespace myna::cli {

struct FaceReading {
  FaceEvidence evidence;
  SecretBytes number_picture;   // EF 0005, only when it was asked for
};

// One transaction: free certificate, code, face, and with --verify the card's own key and the record of the 共通カードAP.
Result<FaceReading> read_face(Context& context, OpenCard& card);

// The photo as PNG of eight bits, decoded in a child process. Errors: malformed.
Result<Bytes> photo_png(const CardFace& face);

}  // namespace myna::cli
