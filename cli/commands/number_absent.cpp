// SPDX-License-Identifier: Apache-2.0
// A build that has no way to the 個人番号.
#include "cli/card/number_picture.hpp"

namespace myna::cli {

PictureReader number_picture_reader() { return {}; }
Result<SecretBytes> number_png(const FaceEvidence&) { return SecretBytes{}; }

}  // namespace myna::cli
