// SPDX-License-Identifier: Apache-2.0
// A build that has no way to the 個人番号.
#include "number_operation.hpp"

namespace myna::kiosk {

Result<Held> read_number(Counter&, const ReadNumber&) { return fail(Errc::invalid_argument); }

}  // namespace myna::kiosk
