// SPDX-License-Identifier: Apache-2.0
// The one way in which a use case sends a PIN.
#pragma once

#include "myna/card/card_application.hpp"
#include "myna/use_cases/card_policy.hpp"

namespace myna {

// A floor above 2 is asked for here; up to 2 the VERIFY itself keeps it. Errors: last_try_refused.
Status above_floor(CardTransaction& transaction, const Pin& pin, const CardPolicy& policy);

// One VERIFY. The PIN is wiped as soon as the card answered, before anything else is done with the card.
template <typename Application>
Status spend_pin(MyNumberCard& card, Application& application, Pin&& pin, const CardPolicy& policy) {
  const Pin used = std::move(pin);
  return application.verify(used, policy.tries, card.refused_pins());
}

}  // namespace myna
