// SPDX-License-Identifier: Apache-2.0
// Counters, one VERIFY, and the change of a PIN.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "myna/card/card_object.hpp"
#include "myna/use_cases/card_policy.hpp"

namespace myna {

// Of a counter that the card does not tell, only whether it is absent or unreadable is known.
struct PinCount {
  const PinRow* row;
  std::optional<PinStatus> status;
  ObjectState object = ObjectState::present;
};

// The counters of these PINs; of none: all that a card of its kind has. One SELECT for each application. An application that the card lacks
// takes none of the others' PINs along. Errors: card_foreign (without JPKI, where it was asked for), those of the card.
Result<std::vector<PinCount>> count_tries(MyNumberCard& card, std::span<const PinKind> kinds);

// What must be on the card before anybody types a PIN.
using Precondition = std::optional<CertificateKind>;

// Before a prompt: nobody is asked for a PIN that would not be sent. Errors: certificate_absent, those of may_try().
Result<PinStatus> may_ask_for_pin(MyNumberCard& card, PinKind kind, Precondition certificate, const TryPolicy& policy);

// Errors: those of VERIFY.
Status verify_pin(MyNumberCard& card, Pin&& pin, const CardPolicy& policy);

// Errors: those of VERIFY; unexpected_status. After link_lost, card_removed or card_changed of the second command nobody knows which value
// holds: `sent` tells that it was on its way.
Status change_pin(MyNumberCard& card, Pin&& old_value, Pin&& new_value, const CardPolicy& policy, bool& sent);
// The same in a transaction of the caller's, who knows the card.
Status change_pin(MyNumberCard& card, CardTransaction& transaction, Pin&& old_value, Pin&& new_value, const CardPolicy& policy, bool& sent);

}  // namespace myna
