// SPDX-License-Identifier: Apache-2.0
// Files of the 券面事項入力補助AP, as the card stores them.
#pragma once

#include "myna/personalise.hpp"
#include "myna/text_ap.hpp"

namespace myna {

// EF 0002 (CARD.md 3.2): container FF20, offsets DF21, then name, address, birth date and sex.
Bytes basic_attributes_file(const Holder& holder);

}  // namespace myna
