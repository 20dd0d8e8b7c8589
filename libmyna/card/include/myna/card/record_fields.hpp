// SPDX-License-Identifier: Apache-2.0
// The records of the text and surface applications: the order of their objects (CARD.md 3), and fields that they share. Parsers and judges
// open them with the same function, so that what is shown is what was verified.
#pragma once

#include <algorithm>

#include "myna/card/applications/text.hpp"
#include "myna/core/record.hpp"

namespace myna {

// Errors as of Record::open.
inline Result<Record> open_attributes(ByteView file) { return Record::open(file, 0xFF20, {0xDF21, 0xDF22, 0xDF23, 0xDF24, 0xDF25}); }
inline Result<Record> open_integrity(ByteView file) { return Record::open(file, 0xFF30, {0xDF31, 0xDF32, 0xDF33}); }
inline Result<Record> open_card_key(ByteView file) { return Record::open(file, 0xFF50, {0xDF51, 0xDF52}); }
inline Result<Record> open_card_face(ByteView file) {
  return Record::open(file, 0xFF20, {0xDF21, 0xDF22, 0xDF23, 0xDF24, 0xDF25, 0xDF26, 0xDF27, 0xDF28, 0xDF29, 0xDF2A});
}
inline Result<Record> open_age_record(ByteView file) { return Record::open(file, 0xFF10, {0xDF11, 0xDF12, 0xDF13}); }
inline Result<Record> open_number_picture(ByteView file) { return Record::open(file, 0xFF40, {0xDF41, 0xDF42, 0xDF43}); }

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
