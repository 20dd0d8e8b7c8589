// SPDX-License-Identifier: Apache-2.0
#include "myna/number/my_number.hpp"

#include <algorithm>

#include "myna/card/card_object.hpp"
#include "myna/card/elementary_file.hpp"
#include "myna/card/pin.hpp"
#include "myna/card/record_fields.hpp"
#include "myna/core/utf8.hpp"

namespace myna {
namespace {

constexpr FileId kNumberFile = 0x0001;    // of the text application
constexpr FileId kPictureFile = 0x0005;   // of the surface application
constexpr Tag kNumberTag = 0xFF10;
constexpr Tag kPictureTag = 0xDF41;
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
  if (!plain || !CheckedPin::parse(pin_row(my_number_profile(), PinKind::text_code_a), as_text(digits))) return fail(Errc::malformed);
  MYNA_TRY(LockedPage page, LockedPage::holding(digits));
  return MyNumber(std::move(page));
}

namespace {

// FF10 0C and the digits; two filler bytes follow, and the hash covers them too (CARD.md 3.1, 3.3). The tag says "constructed" and the
// content is none, so this is no object for read_object.
Result<NumberReading> number_in(ByteView file) {
  if (is_unwritten(file)) return fail(Errc::file_absent);
  ByteReader reader(file);
  MYNA_TRY(const Tlv object, next_tlv(reader));
  if (object.tag != kNumberTag) return fail(Errc::malformed);
  MYNA_TRY(MyNumber number, MyNumber::parse(object.value));
  return NumberReading{std::move(number), SecretBytes(hash(Digest::sha256, file))};
}

}  // namespace

Result<NumberReading> read_my_number(CardTransaction& transaction, const Purpose&) {
  MYNA_TRY(const SecretBytes file, ElementaryFile(transaction, kNumberFile).read_start(kFileBytes));
  return about(number_in(file.view()), card_object(aid::kText, kNumberFile));
}

Result<NumberEvidence> read_number_evidence(CardTransaction& transaction, const Purpose& purpose,
                                            const std::function<Status(TextApplication&)>& open) {
  MYNA_TRY(auto text, TextApplication::select(transaction));
  TextEvidence evidence;
  MYNA_CHECK(collect_certificate(text, evidence));
  MYNA_CHECK(open(text));
  MYNA_TRY(NumberReading reading, read_my_number(transaction, purpose));
  MYNA_CHECK(collect_without_attributes(text, evidence));
  return NumberEvidence{std::move(reading), std::move(evidence)};
}

Result<SecretBytes> read_number_picture(CardTransaction& transaction, const Purpose&) {
  return ElementaryFile(transaction, kPictureFile).read_object();
}

Result<SecretBytes> parse_number_picture(ByteView file) {
  const auto record = about(open_number_picture(file), card_object(aid::kSurface, kPictureFile));
  if (!record) return Unexpected(record.error());
  MYNA_TRY(const Tlv picture, record->object(kPictureTag));
  return SecretBytes(picture.value);
}

}  // namespace myna
