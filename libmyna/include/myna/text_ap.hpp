// SPDX-License-Identifier: Apache-2.0
// 券面事項入力補助AP: the holder's four attributes (基本4情報), behind a PIN of 4 digits.
#pragma once

#include "myna/card_transaction.hpp"
#include "myna/pin.hpp"

namespace myna {

inline constexpr FileId kBasicAttributesFile = 0x0002;   // CARD.md 2.2.1

enum class Sex : std::uint8_t { male, female, not_applicable, unknown };   // JIS X 0303: 1, 2, 9, anything else

std::string_view to_string(Sex sex) noexcept;   // male, female, not-applicable, unknown

// EF 0002 (CARD.md 3.2). Texts are UTF-8 without control characters. Wiped at the end.
struct BasicAttributes {
  SecretBytes name;         // family and given name separated by U+3000
  SecretBytes address;
  SecretBytes birth_date;   // 8 ASCII digits, YYYYMMDD, Gregorian; never corrected, so 00 stays where the register has none
  Sex sex = Sex::unknown;
};

// Errc::malformed: an object is missing, no UTF-8, a control character, or a birth date that is not 8 digits.
Result<BasicAttributes> parse_basic_attributes(ByteView file);

// Exists only after a successful SELECT and lives inside one transaction.
class TextApplication {
 public:
  // Errors: card_foreign (the card has no such application: phones, other cards), those of CardTransaction.
  static Result<TextApplication> select(CardTransaction& transaction);

  // The counter, without spending a try.
  Result<PinStatus> pin_status();

  // One VERIFY; errors as of JpkiApplication::verify.
  Status verify(const Pin<PinKind::text>& pin, const TryPolicy& policy, RefusedPins& refused);

  // The PIN must be open. Errors: access_denied, file_absent, malformed.
  Result<BasicAttributes> attributes();

 private:
  explicit TextApplication(CardTransaction& transaction) : transaction_(&transaction) {}
  CardTransaction* transaction_;
};

}  // namespace myna
