// SPDX-License-Identifier: Apache-2.0
// Type B activation (ISO/IEC 14443-3, 7): requests, answers, and what an ATR says of them (PC/SC part 3, 3.1.3.2.3.1).
#pragma once

#include <array>

#include "port100.hpp"

namespace myna::readers::type_b {

// All cards, halted ones too, one slot.
std::array<Byte, 3> wupb();

struct Atqb {
  std::array<Byte, 4> pupi{};               // random at each activation on this card: no identifier
  std::array<Byte, 4> application_data{};
  std::array<Byte, 3> protocol_info{};

  std::size_t max_frame() const;            // FSC in bytes, 16 to 256
  Duration frame_waiting_time() const;      // FWT: 302 µs to 4.9 s
  BitRate fastest() const;                  // that both directions offer, up to 424 kbit/s
};

// 12 or 13 bytes. Errc::malformed, also for a card without ISO/IEC 14443-4.
Result<Atqb> parse_atqb(ByteView answer);

// Selects the card: frames of up to 256 bytes to us, this bit rate both ways, no CID.
std::array<Byte, 9> attrib(const Atqb& card, BitRate rate);

// The MBLI of the answer. Errc::malformed when another CID answers.
Result<Byte> parse_attrib_answer(ByteView answer);

Bytes atr_of(const Atqb& card, Byte mbli);

}  // namespace myna::readers::type_b
