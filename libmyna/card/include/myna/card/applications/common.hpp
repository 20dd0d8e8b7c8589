// SPDX-License-Identifier: Apache-2.0
// 共通カードAP: what the card says of itself without any PIN.
#pragma once

#include <string>

#include "myna/card/card_transaction.hpp"
#include "myna/core/secret.hpp"

namespace myna {

// Record 1 of EF 0001 (docs/card/common.md). It names no person, and it is not signed: it identifies the card and proves nothing.
struct CardRecord {
  std::string serial;              // 15 digits
  std::string municipality_code;   // 5 digits: where the card was issued
  std::string expiry;              // 8 digits, YYYYMMDD: the card itself, not its certificates
};

// `01 1C` and 28 digits. Errc::malformed.
Result<CardRecord> parse_card_record(ByteView record);

// The prefecture of a municipality code by its first two digits (JIS X 0401); both empty when there is none. Names of the 1,900
// municipalities change every year and are not carried here.
Text prefecture_of(std::string_view municipality_code) noexcept;

class CommonApplication {
 public:
  // Errors: card_foreign, application_absent, those of CardTransaction.
  static Result<CommonApplication> select(CardTransaction& transaction);
  // Errors: file_absent, malformed.
  Result<CardRecord> record();

 private:
  explicit CommonApplication(CardTransaction& transaction) : transaction_(&transaction) {}
  CardTransaction* transaction_;
};

// GET DATA while the issuer domain is selected, which this does (docs/card/common.md). Closes every PIN of others. With short Le
// first; a large object refused with 6700 is asked for once more with extended Le, where extended length is allowed. Errors: file_absent
// (the card has no such object, or no issuer domain), unexpected_status.
Result<SecretBytes> read_issuer_object(CardTransaction& transaction, std::uint16_t tag);

}  // namespace myna
