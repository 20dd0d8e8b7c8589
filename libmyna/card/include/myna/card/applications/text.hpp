// SPDX-License-Identifier: Apache-2.0
// 券面事項入力補助AP: the holder's four attributes (基本4情報), behind a PIN of 4 digits.
#pragma once

#include "myna/card/card_transaction.hpp"
#include "myna/card/pin.hpp"

namespace myna {

// CARD.md 2.2.1. EF 0001, the 個人番号, is not among them: only the separate library of my_number.hpp reads it.
enum class TextFile : FileId { attributes = 0x0002, integrity = 0x0003, certificate = 0x0004, information = 0x0005, card_key = 0x0007 };

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

  // One VERIFY; errors as of JpkiApplication::verify. The PIN opens everything, code B everything but the number.
  template <PinKind Kind>
  Status verify(const Pin<Kind>& pin, const TryPolicy& policy, RefusedPins& refused) {
    static_assert(Kind == PinKind::text || Kind == PinKind::text_code_a || Kind == PinKind::text_code_b);
    return verify_bytes(Kind, pin.view(), policy, refused);
  }
  // invalid_argument for a PIN of another application.
  Status verify(const CheckedPin& pin, const TryPolicy& policy, RefusedPins& refused);

  // The PIN must be open. Errors: access_denied, file_absent, malformed.
  Result<BasicAttributes> attributes();

  // One file as it is. Errors: access_denied, file_absent, malformed.
  Result<SecretBytes> read(TextFile file);

  // The card's own key, without a PIN: 256 bytes over a DigestInfo (CARD.md 3.8).
  Result<Bytes> answer_challenge(ByteView digest_info);
  // The same by PSS over a SHA-256 hash (CARD.md 5, P1 = 04; known from one source). Errors: unexpected_status (6A86) from a card without
  // it.
  Result<Bytes> answer_challenge_by_pss(ByteView sha256);

 private:
  Status verify_bytes(PinKind kind, ByteView pin, const TryPolicy& policy, RefusedPins& refused);
  explicit TextApplication(CardTransaction& transaction) : transaction_(&transaction) {}
  CardTransaction* transaction_;
};

}  // namespace myna
