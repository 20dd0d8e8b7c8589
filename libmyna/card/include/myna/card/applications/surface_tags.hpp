// SPDX-License-Identifier: Apache-2.0
// Objects in the files of the surface application (docs/card/surface.md; docs/card/records.md).
#pragma once

#include "myna/core/tlv.hpp"

namespace myna::surface_tag {

inline constexpr Tag kAgeRecord = 0xFF10;         // EF 0001
inline constexpr Tag kAgeBirthDate = 0xDF11;
inline constexpr Tag kAgeCardKey = 0xDF12;
inline constexpr Tag kAgeSignature = 0xDF13;

inline constexpr Tag kFace = 0xFF20;              // EF 0002
inline constexpr Tag kIndex = 0xDF21;
inline constexpr Tag kBirthDate = 0xDF22;
inline constexpr Tag kSex = 0xDF23;
inline constexpr Tag kCardKey = 0xDF24;
inline constexpr Tag kNamePicture = 0xDF25;
inline constexpr Tag kAddressPicture = 0xDF26;
inline constexpr Tag kPhoto = 0xDF27;
inline constexpr Tag kSignature = 0xDF28;
inline constexpr Tag kExpiry = 0xDF29;            // from here on unsigned
inline constexpr Tag kSecurityCodePicture = 0xDF2A;

inline constexpr Tag kNumberRecord = 0xFF40;      // EF 0005
inline constexpr Tag kNumberPicture = 0xDF41;
inline constexpr Tag kNumberCardKey = 0xDF42;
inline constexpr Tag kNumberSignature = 0xDF43;

}  // namespace myna::surface_tag
