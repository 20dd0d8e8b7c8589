// SPDX-License-Identifier: Apache-2.0
#include "myna/text_ap.hpp"

#include <algorithm>
#include <array>

#include "elementary_file.hpp"
#include "myna/tlv.hpp"
#include "myna/utf8.hpp"
#include "pin_file.hpp"

namespace myna {
namespace {

// CARD.md 3.2
constexpr Tag kContainer = 0xFF20;
constexpr Tag kName = 0xDF22;
constexpr Tag kAddress = 0xDF23;
constexpr Tag kBirthDate = 0xDF24;
constexpr Tag kSex = 0xDF25;
constexpr std::size_t kBirthDateBytes = 8;

const PinRow& text_pin() { return pin_row(my_number_profile(), PinKind::text); }

Result<SecretBytes> text_of(ByteView record, Tag tag) {
  MYNA_TRY(const Tlv object, find_tlv(record, tag));
  if (!is_printable_utf8(as_text(object.value))) return fail(Errc::malformed);
  return SecretBytes(object.value);
}

Result<SecretBytes> date_of(ByteView record) {
  MYNA_TRY(const Tlv object, find_tlv(record, kBirthDate));
  const bool digits = std::ranges::all_of(object.value, [](Byte b) { return b >= '0' && b <= '9'; });
  if (object.value.size() != kBirthDateBytes || !digits) return fail(Errc::malformed);
  return SecretBytes(object.value);
}

Result<Sex> sex_of(ByteView record) {
  MYNA_TRY(const Tlv object, find_tlv(record, kSex));
  const std::string_view code = as_text(object.value);
  return code == "1" ? Sex::male : code == "2" ? Sex::female : code == "9" ? Sex::not_applicable : Sex::unknown;
}

}  // namespace

std::string_view to_string(Sex sex) noexcept {
  constexpr std::array<std::string_view, 4> kNames{"male", "female", "not-applicable", "unknown"};
  return kNames.at(static_cast<std::size_t>(sex));
}

Result<BasicAttributes> parse_basic_attributes(ByteView file) {
  MYNA_TRY(const Tlv record, find_tlv(file, kContainer));
  MYNA_TRY(SecretBytes name, text_of(record.value, kName));
  MYNA_TRY(SecretBytes address, text_of(record.value, kAddress));
  MYNA_TRY(SecretBytes birth_date, date_of(record.value));
  MYNA_TRY(const Sex sex, sex_of(record.value));
  return BasicAttributes{std::move(name), std::move(address), std::move(birth_date), sex};
}

Result<TextApplication> TextApplication::select(CardTransaction& transaction) {
  const Status selected = transaction.select_application(aid::kText);
  if (!selected) MYNA_CHECK(foreign_unless_broken(selected.error()));
  return TextApplication(transaction);
}

Result<PinStatus> TextApplication::pin_status() { return PinFile(*transaction_, text_pin()).status(); }

Status TextApplication::verify(const Pin<PinKind::text>& pin, const TryPolicy& policy, RefusedPins& refused) {
  return PinFile(*transaction_, text_pin()).verify(pin.view(), policy, refused);
}

Result<BasicAttributes> TextApplication::attributes() {
  MYNA_TRY(const SecretBytes file, ElementaryFile(*transaction_, kBasicAttributesFile).read_object());
  return parse_basic_attributes(file.view());
}

}  // namespace myna
