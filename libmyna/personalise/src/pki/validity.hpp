// SPDX-License-Identifier: Apache-2.0
// The dates of JPKI certificates.
#pragma once

#include <chrono>

namespace myna {

// The last second, 23:59:59 JST, of the holder's fifth birthday counted from issue (docs/card/certificates.md). A birthday
// on 29 February is kept on 1 March in other years.
std::chrono::sys_seconds certificate_end(std::chrono::sys_seconds issued, std::chrono::year_month_day birth_date);

// The day on which the card ends: the tenth birthday counted from the day of issue, the fifth for a holder under 18.
std::chrono::year_month_day card_end(std::chrono::sys_seconds issued, std::chrono::year_month_day birth_date);

// Full years on the day of issue in Japan.
int age_at(std::chrono::sys_seconds when, std::chrono::year_month_day birth_date);

}  // namespace myna
