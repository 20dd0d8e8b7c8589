// SPDX-License-Identifier: Apache-2.0
// The records of text and surface: the order of their objects (docs/card/records.md), and fields they share. Parsers and judges open them
// with the same function, so that what is shown is what was verified.
#pragma once

#include <algorithm>

#include "myna/card/applications/surface_tags.hpp"
#include "myna/card/applications/text.hpp"
#include "myna/card/applications/text_tags.hpp"
#include "myna/core/record.hpp"

namespace myna {

// Errors as of Record::open.
inline Result<Record> open_attributes(ByteView file) {
  namespace tag = text_tag;
  return Record::open(file, tag::kAttributes, {tag::kIndex, tag::kName, tag::kAddress, tag::kBirthDate, tag::kSex});
}
inline Result<Record> open_integrity(ByteView file) {
  namespace tag = text_tag;
  return Record::open(file, tag::kIntegrity, {tag::kNumberHash, tag::kAttributesHash, tag::kIntegritySignature});
}
inline Result<Record> open_card_key(ByteView file) {
  namespace tag = text_tag;
  return Record::open(file, tag::kCardKeyRecord, {tag::kCardKey, tag::kCardKeySignature});
}
inline Result<Record> open_card_face(ByteView file) {
  namespace tag = surface_tag;
  return Record::open(file, tag::kFace,
                      {tag::kIndex, tag::kBirthDate, tag::kSex, tag::kCardKey, tag::kNamePicture, tag::kAddressPicture, tag::kPhoto,
                       tag::kSignature, tag::kExpiry, tag::kSecurityCodePicture});
}
inline Result<Record> open_age_record(ByteView file) {
  namespace tag = surface_tag;
  return Record::open(file, tag::kAgeRecord, {tag::kAgeBirthDate, tag::kAgeCardKey, tag::kAgeSignature});
}
inline Result<Record> open_number_picture(ByteView file) {
  namespace tag = surface_tag;
  return Record::open(file, tag::kNumberRecord, {tag::kNumberPicture, tag::kNumberCardKey, tag::kNumberSignature});
}

// Eight ASCII digits. Errc::malformed.
inline Result<SecretBytes> date_field(const Record& record, Tag tag) {
  constexpr std::size_t kDigits = 8;
  MYNA_TRY(const Tlv object, record.object(tag));
  const bool digits = std::ranges::all_of(object.value, [](Byte b) { return b >= '0' && b <= '9'; });
  if (object.value.size() != kDigits || !digits) return fail(Errc::malformed);
  return SecretBytes(object.value);
}

// JIS X 0303, one character. Errc::malformed: no object, or of another length (a signature over values alone would not tell where it ends).
inline Result<Sex> sex_field(const Record& record, Tag tag) {
  MYNA_TRY(const Tlv object, record.object(tag));
  if (object.value.size() != 1) return fail(Errc::malformed);
  const std::string_view code = as_text(object.value);
  return code == "1" ? Sex::male : code == "2" ? Sex::female : code == "9" ? Sex::not_applicable : Sex::unknown;
}

}  // namespace myna
