// SPDX-License-Identifier: Apache-2.0
// What a session holds of the 個人番号 after ReadNumber; wiped with the session, in a locked page until then.
#pragma once

#include <optional>

#include "myna/kiosk/kiosk_host.hpp"
#include "myna/number/my_number.hpp"

namespace myna::kiosk {

struct NumberRead {
  std::optional<MyNumber> value{};   // none where some proof failed, or was required and could not be had
  AuthenticityReport report{};
};

// For Options::read_number. Errors: invalid_argument (a PIN that does not open it, no purpose), those of reading.
Result<Held> read_number(Counter& counter, ReadNumber&& request);

}  // namespace myna::kiosk
