// SPDX-License-Identifier: Apache-2.0
#include "myna/card/applications/text.hpp"

#include "default_key.hpp"
#include "enter_application.hpp"
#include "myna/card/applications/text_tags.hpp"
#include "myna/card/card_object.hpp"
#include "myna/card/elementary_file.hpp"
#include "myna/card/record_fields.hpp"
#include "myna/core/enum_table.hpp"
#include "myna/core/utf8.hpp"
#include "pin_file.hpp"

namespace myna {
namespace {

// docs/card/text.md, "Four attributes"
Result<SecretBytes> text_of(const Record& record, Tag tag) {
  MYNA_TRY(const Tlv object, record.object(tag));
  if (!is_printable_utf8(as_text(object.value))) return fail(Errc::malformed);
  return SecretBytes(object.value);
}

Result<BasicAttributes> attributes_in(ByteView file) {
  if (file.empty()) return fail(Errc::file_absent);
  MYNA_TRY(const Record record, open_attributes(file));
  MYNA_TRY(SecretBytes name, text_of(record, text_tag::kName));
  MYNA_TRY(SecretBytes address, text_of(record, text_tag::kAddress));
  MYNA_TRY(SecretBytes birth_date, date_field(record, text_tag::kBirthDate));
  MYNA_TRY(const Sex sex, sex_field(record, text_tag::kSex));
  return BasicAttributes{std::move(name), std::move(address), std::move(birth_date), sex};
}

}  // namespace

std::string_view to_string(Sex sex) noexcept {
  constexpr auto kNames = names_for<Sex>({"male", "female", "not-applicable", "unknown"});
  return kNames[sex];
}

Result<BasicAttributes> parse_basic_attributes(ByteView file) {
  return about(attributes_in(file), card_object(aid::kText, static_cast<FileId>(TextFile::attributes)));
}

Result<TextApplication> TextApplication::select(CardTransaction& transaction) {
  MYNA_CHECK(enter_application(transaction, aid::kText));
  return TextApplication(transaction);
}

Result<PinStatus> TextApplication::pin_status() { return PinFile(*transaction_, pin_row(my_number_profile(), PinKind::text)).status(); }

Status TextApplication::verify(const Pin& pin, const TryPolicy& policy, RefusedPins& refused) {
  if (!equal(pin.row().application, aid::kText)) return fail(Errc::invalid_argument);
  return PinFile(*transaction_, pin.row()).verify(pin.view(), policy, refused);
}

Result<SecretBytes> TextApplication::read(TextFile file) {
  return ElementaryFile(*transaction_, static_cast<FileId>(file)).read_object();
}

Result<BasicAttributes> TextApplication::attributes() {
  MYNA_TRY(const SecretBytes file, read(TextFile::attributes));
  return parse_basic_attributes(file.view());
}

Result<Bytes> TextApplication::answer_challenge(ByteView digest_info) { return sign_with_default_key(*transaction_, digest_info); }

Result<Bytes> TextApplication::answer_challenge_by_pss(ByteView sha256) {
  return sign_with_default_key(*transaction_, sha256, kPssOfSha256);
}

}  // namespace myna
