// SPDX-License-Identifier: Apache-2.0
// SELECT of an application, and what its refusal says about the card.
#pragma once

#include "myna/card/card_transaction.hpp"

namespace myna {

// Errors: card_foreign (no JPKI application: none of our cards), application_absent (one of ours without this application), those of
// CardTransaction. A refusal by a card of which nothing is known yet costs a SELECT of JPKI. 6F00 is a card in trouble and says nothing
// about its kind: unexpected_status.
Status enter_application(CardTransaction& transaction, ByteView aid);

}  // namespace myna
