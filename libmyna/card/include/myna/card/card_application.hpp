// SPDX-License-Identifier: Apache-2.0
// Any application of the card by its AID: the counters of every PIN, and the way for those who know the AID and files of an application
// that this library has no type for, a municipality's (条例利用AP) for instance.
#pragma once

#include "myna/card/card_transaction.hpp"
#include "myna/card/pin.hpp"

namespace myna {

// Exists only after a successful SELECT and lives inside one transaction.
class CardApplication {
 public:
  // Errors: card_foreign (no card of ours), application_absent (none such on it), those of CardTransaction. `aid` is 5 to 16 bytes.
  static Result<CardApplication> select(CardTransaction& transaction, ByteView aid);

  // The counter of a PIN of this application, without spending a try. Errors: file_absent, unexpected_status.
  Result<PinStatus> pin_status(const PinRow& row);

  // One VERIFY, as JpkiApplication::verify, with its errors; invalid_argument for a PIN of another application.
  Status verify(const Pin& pin, const TryPolicy& policy, RefusedPins& refused);

  // CHANGE REFERENCE DATA (docs/card/pins.md), right after a VERIFY of the old value in the same transaction. Errors: access_denied,
  // unexpected_status; after link_lost, card_removed or card_changed nobody knows which value holds.
  Status change_pin(const Pin& new_pin);

  // The one TLV object of a transparent file; at most 64 kB. The applications with the holder's data are not read this way but by their own
  // types: invalid_argument. Errors: file_absent, access_denied, malformed.
  Result<SecretBytes> read_object(FileId file);

  // A record by number, with its tag and length (READ RECORD with a short EF identifier, docs/card/common.md). Errors: file_absent.
  Result<SecretBytes> read_record(FileId file, Byte number);

 private:
  CardApplication(CardTransaction& transaction, ByteView aid) : transaction_(&transaction), aid_(aid.begin(), aid.end()) {}
  bool owns(const PinRow& row) const { return equal(row.application, aid_); }
  CardTransaction* transaction_;
  Bytes aid_;
};

}  // namespace myna
