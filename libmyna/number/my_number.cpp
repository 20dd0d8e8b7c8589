// SPDX-License-Identifier: Apache-2.0
#include "myna/my_number.hpp"

#include <algorithm>

#include "card/elementary_file.hpp"
#include "myna/pin.hpp"
#include "myna/tlv.hpp"
#include "myna/utf8.hpp"

namespace myna {
namespace {

constexpr FileId kNumberFile = 0x0001;    // of the text application
constexpr FileId kPictureFile = 0x0005;   // of the surface application
constexpr std::size_t kDigits = 12;
constexpr std::size_t kObject = 3 + kDigits;

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

// FF10 0C and the digits; two filler bytes follow (CARD.md 3.1). The tag says "constructed" and the content is none, so this is no object
// for read_object.
Result<MyNumber> read_my_number(CardTransaction& transaction, const Purpose&) {
  MYNA_TRY(const SecretBytes file, ElementaryFile(transaction, kNumberFile).read_start(kObject));
  MYNA_TRY(const Tlv number, find_tlv(file.view(), 0xFF10));
  return MyNumber::parse(number.value);
}

Result<SecretBytes> read_number_picture(CardTransaction& transaction, const Purpose&) {
  MYNA_TRY(const SecretBytes file, ElementaryFile(transaction, kPictureFile).read_object());
  MYNA_TRY(const Tlv picture, find_path(file.view(), {0xFF40, 0xDF41}));
  return SecretBytes(picture.value);
}

}  // namespace myna
