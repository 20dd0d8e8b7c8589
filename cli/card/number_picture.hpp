// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "card_access.hpp"
#include "myna/trust/authenticity.hpp"

namespace myna::cli {

// The record with the picture of the 個人番号, for --number-picture. The surface application is selected and code A open. A build without
// MYNA_WITH_NUMBER has no such option.
Result<SecretBytes> read_number_picture_for_output(CardTransaction& transaction);

// The PNG in that record; nothing of nothing.
Result<SecretBytes> number_png(const FaceEvidence& evidence);

}  // namespace myna::cli
