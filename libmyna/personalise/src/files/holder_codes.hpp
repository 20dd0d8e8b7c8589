// SPDX-License-Identifier: Apache-2.0
// The numbers printed on the card that open its applications (docs/card/pins.md, "Codes A and B").
#pragma once

#include <string>

#include "myna/personalise/personalise.hpp"

namespace myna {

// YYMMDD with the year of the Japanese era, as printed: the key of the age record.
std::string birth_key_of(const Holder& holder);
// 照合番号B: the birth key, the year in which the card ends, the security code.
std::string code_b_of(const Personalisation& what);
// The day on which the card ends, YYYYMMDD.
std::string card_expiry_of(const Personalisation& what);

}  // namespace myna
