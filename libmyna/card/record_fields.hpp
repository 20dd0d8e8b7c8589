// SPDX-License-Identifier: Apache-2.0
// Fields that the records of the text and surface applications share (CARD.md 3.2, 3.4).
#pragma once

#include <algorithm>

#include "myna/text_ap.hpp"
#include "myna/tlv.hpp"

namespace myna {

// Eight ASCII digits. Errc::malformed.
inline Result<SecretBytes> date_field(ByteView record, Tag tag) {
  constexpr std::size_t kDigits = 8;
  MYNA_TRY(const Tlv object, find_tlv(record, tag));
  const bool digits = std::ranges::all_of(object.value, [](Byte b) { return b >= '0' && b <= '9'; });
  if (object.value.size() != kDigits || !digits) return fail(Errc::malformed);
  return SecretBytes(object.value);
}

// JIS X 0303. Errc::malformed when the object is missing.
inline Result<Sex> sex_field(ByteView record, Tag tag) {
  MYNA_TRY(const Tlv object, find_tlv(record, tag));
  const std::string_view code = as_text(object.value);
  return code == "1" ? Sex::male : code == "2" ? Sex::female : code == "9" ? Sex::not_applicable : Sex::unknown;
}

}  // namespace myna
