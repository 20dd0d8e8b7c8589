// SPDX-License-Identifier: Apache-2.0
// 券面事項確認AP: the card face as data and pictures, opened by a number that is printed on the card.
#pragma once

#include "myna/card/applications/text.hpp"
#include "myna/card/card_transaction.hpp"
#include "myna/card/pin.hpp"

namespace myna {

// docs/card/surface.md. EF 0005, the picture of the 個人番号, is not among them (my_number.hpp).
enum class SurfaceFile : FileId { age = 0x0001, face = 0x0002, information = 0x0003, certificate = 0x0004 };

// EF 0002 (docs/card/surface.md, "Card face"). Wiped at the end.
struct CardFace {
  SecretBytes birth_date;          // 8 ASCII digits, YYYYMMDD
  Sex sex = Sex::unknown;
  SecretBytes name_png;            // pictures as the card holds them: PNG, and JPEG 2000 for the photo
  SecretBytes address_png;
  SecretBytes photo_jp2;
  SecretBytes expiry;              // 8 ASCII digits; not signed
  SecretBytes security_code_png;   // not signed
};

// Errc::malformed: an object is missing, a date that is not 8 digits, or a picture that does not begin as its kind does.
Result<CardFace> parse_card_face(ByteView file);

// EF 0001: the birth date alone, for an age check (docs/card/surface.md). Errc::malformed.
Result<SecretBytes> parse_age_record(ByteView file);

// Exists only after a successful SELECT and lives inside one transaction.
class SurfaceApplication {
 public:
  // Errors: card_foreign (no card of ours), application_absent (none such on it), those of CardTransaction.
  static Result<SurfaceApplication> select(CardTransaction& transaction);

  // The counter of face-code-a, face-code-b or face-birth, without spending a try.
  Result<PinStatus> pin_status(PinKind kind);

  // One VERIFY; errors as of JpkiApplication::verify. Code A or B opens the card face, the birth date the age record.
  // invalid_argument for a PIN of another application.
  Status verify(const Pin& pin, const TryPolicy& policy, RefusedPins& refused);

  // Errors: access_denied, file_absent, malformed.
  Result<SecretBytes> read(SurfaceFile file);

  // The card's own key, without a PIN: 256 bytes over a DigestInfo (docs/card/records.md, "Proof").
  Result<Bytes> answer_challenge(ByteView digest_info);

 private:
  explicit SurfaceApplication(CardTransaction& transaction) : transaction_(&transaction) {}
  CardTransaction* transaction_;
};

}  // namespace myna
