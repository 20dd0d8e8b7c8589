// SPDX-License-Identifier: Apache-2.0
#include "myna/number/my_number.hpp"

#include <algorithm>

#include "myna/card/card_object.hpp"
#include "myna/card/elementary_file.hpp"
#include "myna/card/pin.hpp"
#include "myna/card/record_fields.hpp"
#include "myna/core/utf8.hpp"
#include "myna/use_cases/spend_pin.hpp"

namespace myna {
namespace {

constexpr FileId kNumberFile = 0x0001;    // of the text application
constexpr FileId kPictureFile = 0x0005;   // of the surface application
constexpr std::size_t kDigits = 12;
constexpr std::size_t kFileBytes = 3 + kDigits + 2;

}  // namespace

Result<Purpose> Purpose::stated(std::string_view utf8) {
  if (utf8.size() < 3 || utf8.size() > 200 || !is_printable_utf8(utf8)) return fail(Errc::invalid_argument);
  return Purpose();
}

// The rule of code A is the rule of the number: twelve digits, the last one checked.
Result<MyNumber> MyNumber::parse(ByteView digits) {
  const bool plain = digits.size() == kDigits && std::ranges::all_of(digits, [](Byte b) { return b >= '0' && b <= '9'; });
  if (!plain || !Pin::parse(pin_row(my_number_profile(), PinKind::text_code_a), as_text(digits))) return fail(Errc::malformed);
  MYNA_TRY(LockedPage page, LockedPage::holding(digits));
  return MyNumber(std::move(page));
}

namespace {

// FF10 0C and the digits; two filler bytes follow, hashed too (docs/card/text.md). The tag says "constructed" and the content is
// none, so this is no object for read_object.
Result<NumberReading> number_in(ByteView file) {
  if (is_unwritten(file)) return fail(Errc::file_absent);
  ByteReader reader(file);
  MYNA_TRY(const Tlv object, next_tlv(reader));
  if (object.tag != text_tag::kNumber) return fail(Errc::malformed);
  MYNA_TRY(MyNumber number, MyNumber::parse(object.value));
  return NumberReading{std::move(number), SecretBytes(hash(Digest::sha256, file))};
}

}  // namespace

Result<NumberReading> read_my_number(CardTransaction& transaction, const Purpose&) {
  MYNA_TRY(const SecretBytes file, ElementaryFile(transaction, kNumberFile).read_start(kFileBytes));
  return about(number_in(file.view()), card_object(aid::kText, kNumberFile));
}

Result<NumberEvidence> read_number(MyNumberCard& card, Pin&& pin, const Purpose& purpose, bool proof, const CardPolicy& policy) {
  MYNA_TRY(auto transaction, card.begin());
  MYNA_CHECK(above_floor(transaction, pin, policy));
  MYNA_TRY(auto text, TextApplication::select(transaction));
  TextEvidence evidence;
  if (proof) MYNA_CHECK(collect_certificate(text, evidence));
  MYNA_CHECK(spend_pin(card, text, std::move(pin), policy));
  MYNA_TRY(NumberReading reading, read_my_number(transaction, purpose));
  if (proof) MYNA_CHECK(collect_without_attributes(text, evidence));
  return NumberEvidence{std::move(reading), std::move(evidence)};
}

Result<SecretBytes> read_number_picture(CardTransaction& transaction, const Purpose&) {
  return ElementaryFile(transaction, kPictureFile).read_object();
}

Result<SecretBytes> parse_number_picture(ByteView file) {
  const auto record = about(open_number_picture(file), card_object(aid::kSurface, kPictureFile));
  if (!record) return Unexpected(record.error());
  MYNA_TRY(const Tlv picture, record->object(surface_tag::kNumberPicture));
  return SecretBytes(picture.value);
}

}  // namespace myna
