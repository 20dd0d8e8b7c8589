// SPDX-License-Identifier: Apache-2.0
// A build that has no way to the 個人番号.
#include "cli/card/number_picture.hpp"

namespace myna::cli {

Result<SecretBytes> read_number_picture_for_output(CardTransaction&) { return SecretBytes{}; }
Result<SecretBytes> number_png(const FaceEvidence&) { return SecretBytes{}; }

}  // namespace myna::cli
