// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "card_access.hpp"
#include "myna/trust/authenticity.hpp"
#include "myna/use_cases/holder_data.hpp"

namespace myna::cli {

using PictureReader = decltype(FaceRequest::number_picture);
// Reads the record with the picture of the 個人番号, for --number-picture; none in a build without MYNA_WITH_NUMBER, which has no such option.
PictureReader number_picture_reader();

// The PNG in that record; nothing of nothing.
Result<SecretBytes> number_png(const FaceEvidence& evidence);

}  // namespace myna::cli
