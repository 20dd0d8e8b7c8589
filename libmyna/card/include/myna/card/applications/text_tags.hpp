// SPDX-License-Identifier: Apache-2.0
// Objects in the files of the text application (docs/card/text.md; docs/card/records.md).
#pragma once

#include "myna/core/tlv.hpp"

namespace myna::text_tag {

inline constexpr Tag kNumber = 0xFF10;            // EF 0001: the 個人番号 itself, no objects inside

inline constexpr Tag kAttributes = 0xFF20;        // EF 0002
inline constexpr Tag kIndex = 0xDF21;
inline constexpr Tag kName = 0xDF22;
inline constexpr Tag kAddress = 0xDF23;
inline constexpr Tag kBirthDate = 0xDF24;
inline constexpr Tag kSex = 0xDF25;

inline constexpr Tag kIntegrity = 0xFF30;         // EF 0003
inline constexpr Tag kNumberHash = 0xDF31;
inline constexpr Tag kAttributesHash = 0xDF32;
inline constexpr Tag kIntegritySignature = 0xDF33;

inline constexpr Tag kCardKeyRecord = 0xFF50;     // EF 0007
inline constexpr Tag kCardKey = 0xDF51;
inline constexpr Tag kCardKeySignature = 0xDF52;

}  // namespace myna::text_tag
