// SPDX-License-Identifier: Apache-2.0
// The two status bytes that end every answer of a card (ISO/IEC 7816-4, 5.6).
#pragma once

#include <cstdint>
#include <optional>

namespace myna {

class StatusWord {
 public:
  constexpr StatusWord() = default;
  constexpr explicit StatusWord(std::uint16_t value) : value_(value) {}

  constexpr std::uint16_t value() const { return value_; }
  constexpr std::uint8_t sw1() const { return static_cast<std::uint8_t>(value_ >> 8); }
  constexpr std::uint8_t sw2() const { return static_cast<std::uint8_t>(value_ & 0xFF); }
  constexpr bool ok() const { return value_ == 0x9000; }

  // Tries left, 0 to 15: only 63Cx carries a count. 6984 does not mean "4 tries left".
  constexpr std::optional<std::uint8_t> tries_left() const {
    if ((value_ & 0xFFF0) != 0x63C0) return std::nullopt;
    return static_cast<std::uint8_t>(value_ & 0x0F);
  }

  // A VERIFY with data answers 6984 on the measured cards; 6983 is the ISO value and reported by others.
  constexpr bool pin_blocked() const { return value_ == 0x6983 || value_ == 0x6984 || value_ == 0x63C0; }

  constexpr bool operator==(const StatusWord&) const = default;

 private:
  std::uint16_t value_ = 0;
};

static_assert(StatusWord(0x63C3).tries_left() == 3 && StatusWord(0x63C0).tries_left() == 0);
static_assert(!StatusWord(0x6984).tries_left() && !StatusWord(0x6300).tries_left() && !StatusWord(0x9000).tries_left());
static_assert(StatusWord(0x6983).pin_blocked() && StatusWord(0x6984).pin_blocked() && StatusWord(0x63C0).pin_blocked());
static_assert(!StatusWord(0x63C1).pin_blocked() && !StatusWord(0x9000).pin_blocked());

namespace sw {
inline constexpr StatusWord kOk{0x9000};
inline constexpr StatusWord kNoCounter{0x6300};
inline constexpr StatusWord kWrongLength{0x6700};
inline constexpr StatusWord kChannelNotSupported{0x6881};
inline constexpr StatusWord kSecureMessagingNotSupported{0x6882};
inline constexpr StatusWord kWrongFileKind{0x6981};
inline constexpr StatusWord kSecurityStatus{0x6982};
inline constexpr StatusWord kBlocked{0x6983};
inline constexpr StatusWord kReferenceLocked{0x6984};
inline constexpr StatusWord kConditionsOfUse{0x6985};
inline constexpr StatusWord kNoCurrentFile{0x6986};
inline constexpr StatusWord kWrongData{0x6A80};
inline constexpr StatusWord kFileNotFound{0x6A82};
inline constexpr StatusWord kWrongParameters{0x6A86};
inline constexpr StatusWord kRecordNotFound{0x6A83};
inline constexpr StatusWord kDataObjectNotFound{0x6A88};
inline constexpr StatusWord kWrongOffset{0x6B00};
inline constexpr StatusWord kInstructionUnknown{0x6D00};
inline constexpr StatusWord kClassUnknown{0x6E00};
inline constexpr StatusWord kUnspecified{0x6F00};
}  // namespace sw

}  // namespace myna
