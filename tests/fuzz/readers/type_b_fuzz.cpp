// SPDX-License-Identifier: Apache-2.0
// What a card says of itself, ATQB and the answer to ATTRIB: whatever it says, frames, waits, rates and ATR stay within ISO/IEC 14443.
#include <cstdlib>

#include "readers/core/iso14443b.hpp"

using namespace myna;
using namespace myna::readers;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void judge(const type_b::Atqb& card) {
  require(card.max_frame() >= 16 && card.max_frame() <= 256);
  require(card.frame_waiting_time() >= 302us && card.frame_waiting_time() < 4950ms);
  const unsigned offered = card.protocol_info[0];
  if (card.fastest() == BitRate::k424) require((offered & 0x22) == 0x22);
  if (card.fastest() == BitRate::k212) require((offered & 0x11) == 0x11);
  for (const BitRate rate : {BitRate::k106, BitRate::k212, BitRate::k424}) {
    const auto attrib = type_b::attrib(card, rate);
    require(attrib[0] == 0x1D && equal(ByteView(attrib).subspan(1, 4), card.pupi) && (attrib[7] & 1) == 1 && attrib[8] == 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  const ByteView bytes(input, size);
  const auto mbli = type_b::parse_attrib_answer(bytes);
  if (mbli) require(*mbli <= 15 && (bytes[0] & 0x0F) == 0);
  const auto card = type_b::parse_atqb(bytes);
  if (!card) return 0;
  judge(*card);
  const Bytes atr = type_b::atr_of(*card, mbli ? *mbli : Byte{0});
  Byte check = 0;
  for (std::size_t i = 1; i < atr.size(); ++i) check = static_cast<Byte>(check ^ atr[i]);
  require(atr.size() == 13 && atr[0] == 0x3B && check == 0);
  return 0;
}
