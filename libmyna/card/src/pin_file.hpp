// SPDX-License-Identifier: Apache-2.0
// One PIN of the current application: its counter, and the only VERIFY with a value that this library sends.
#pragma once

#include "myna/card/card_transaction.hpp"
#include "myna/card/pin.hpp"

namespace myna {

class PinFile {
 public:
  // The application of the row is selected.
  PinFile(CardTransaction& transaction, const PinRow& row) noexcept : transaction_(&transaction), row_(&row) {}

  // The counter, without spending a try. Errors: file_absent, unexpected_status, those of CardTransaction.
  Result<PinStatus> status();

  // By the rules of docs/decisions/one-verify-per-request.md. Errors: those of may_try, pin_refused_before, pin_wrong (with tries_left),
  // pin_blocked, those of CardTransaction.
  Status verify(ByteView pin, const TryPolicy& policy, RefusedPins& refused);

  // CHANGE REFERENCE DATA with the new value only (docs/card/pins.md), in the form of the VERIFY before it. Errors: access_denied,
  // unexpected_status, those of CardTransaction.
  Status change(ByteView new_pin);

 private:
  Byte reference() const noexcept;
  Result<StatusWord> ask_counter();
  Result<PinStatus> countable_status();

  CardTransaction* transaction_;
  const PinRow* row_;
};

}  // namespace myna
