// SPDX-License-Identifier: Apache-2.0
#include "myna/use_cases/spend_pin.hpp"

namespace myna {

Status above_floor(CardTransaction& transaction, const Pin& pin, const CardPolicy& policy) {
  constexpr std::uint8_t kFloorOfVerify = 2;   // kept by may_try() whatever the policy says
  if (policy.pin_floor <= kFloorOfVerify) return {};
  MYNA_TRY(auto application, CardApplication::select(transaction, pin.row().application));
  MYNA_TRY(const PinStatus status, application.pin_status(pin.row()));
  const auto left = status.remaining();
  if (left && *left > 0 && *left < policy.pin_floor) return fail_tries(Errc::last_try_refused, *left);
  return {};
}

}  // namespace myna
