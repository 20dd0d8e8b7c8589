// SPDX-License-Identifier: Apache-2.0
// When a card and its certificate end.
#pragma once

#include <chrono>
#include <string>

#include "myna/use_cases/certificates.hpp"

namespace myna {

struct Renewal {
  std::chrono::sys_seconds certificate_until{};
  std::chrono::sys_days card_until{};
  int days_left = 0;                   // of what ends first; negative when it has ended
  bool due = false;                    // renewal is open from three months before
  std::string link{};                  // link_of() with the service's key
};

// Without a PIN. Errors: certificate_absent, malformed, those of the card.
Result<Renewal> read_renewal(MyNumberCard& card, const CardPolicy& policy, ByteView service_key, std::chrono::sys_seconds now);

}  // namespace myna
