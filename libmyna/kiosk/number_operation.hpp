// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operations.hpp"

namespace myna::kiosk {

// A build without MYNA_WITH_NUMBER answers invalid_argument. Errors: invalid_argument (a PIN that does not open it, no purpose), those of reading.
Result<Held> read_number(Counter& counter, const ReadNumber& request);

}  // namespace myna::kiosk
