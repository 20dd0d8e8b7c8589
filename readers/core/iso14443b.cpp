// SPDX-License-Identifier: Apache-2.0
#include "iso14443b.hpp"

#include <algorithm>

namespace myna::readers::type_b {
namespace {

constexpr Byte kFrame256 = 0x08;                  // FSD code 8
constexpr std::array<std::size_t, 9> kFrameSizes{16, 24, 32, 40, 48, 64, 96, 128, 256};
constexpr double kPicosecondsPerClock = 1e12 / 13'560'000;

}  // namespace

std::array<Byte, 3> wupb() { return {0x05, 0x00, 0x08}; }

std::size_t Atqb::max_frame() const { return kFrameSizes[std::min<std::size_t>(protocol_info[1] >> 4, 8)]; }

// FWT = 256 * 16 / fc * 2^FWI; 15 is not allowed and means 4.
Duration Atqb::frame_waiting_time() const {
  const unsigned fwi = protocol_info[2] >> 4 == 15 ? 4U : protocol_info[2] >> 4;
  return Duration(static_cast<std::int64_t>(4096.0 * (1U << fwi) * kPicosecondsPerClock / 1e6));
}

// Bits 1 to 3: 212, 424, 847 kbit/s to the card; 5 to 7: the same from the card.
BitRate Atqb::fastest() const {
  const unsigned both = protocol_info[0] & (protocol_info[0] >> 4U) & 3U;
  return (both & 2U) != 0 ? BitRate::k424 : (both & 1U) != 0 ? BitRate::k212 : BitRate::k106;
}

Result<Atqb> parse_atqb(ByteView answer) {
  if ((answer.size() != 12 && answer.size() != 13) || answer[0] != 0x50) return fail(Errc::malformed);
  Atqb card;
  std::ranges::copy(answer.subspan(1, 4), card.pupi.begin());
  std::ranges::copy(answer.subspan(5, 4), card.application_data.begin());
  std::ranges::copy(answer.subspan(9, 3), card.protocol_info.begin());
  if ((card.protocol_info[1] & 1) == 0) return fail(Errc::malformed);
  return card;
}

// Param 2: b4-b1 FSD code, b6-b5 rate to the card, b8-b7 rate from the card. Param 3: protocol type with the card's minimum TR2.
std::array<Byte, 9> attrib(const Atqb& card, BitRate rate) {
  const auto code = static_cast<unsigned>(rate);
  const auto parameter2 = static_cast<Byte>(kFrame256 | code << 4U | code << 6U);
  return {0x1D, card.pupi[0], card.pupi[1], card.pupi[2], card.pupi[3], 0x00, parameter2, static_cast<Byte>(card.protocol_info[1] & 7),
          0x00};
}

Result<Byte> parse_attrib_answer(ByteView answer) {
  if (answer.empty() || (answer[0] & 0x0F) != 0) return fail(Errc::malformed);
  return static_cast<Byte>(answer[0] >> 4);
}

Bytes atr_of(const Atqb& card, Byte mbli) {
  Bytes atr{0x3B, 0x88, 0x80, 0x01};
  append(atr, card.application_data);
  append(atr, card.protocol_info);
  atr.push_back(static_cast<Byte>(mbli << 4));
  Byte check = 0;
  for (std::size_t i = 1; i < atr.size(); ++i) check = static_cast<Byte>(check ^ atr[i]);
  atr.push_back(check);
  return atr;
}

}  // namespace myna::readers::type_b
