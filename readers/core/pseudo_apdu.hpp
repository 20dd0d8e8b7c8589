// SPDX-License-Identifier: Apache-2.0
// What the reader answers itself: class FF (PC/SC part 3, 3.2.2.1) and the control codes of PC/SC part 10.
#pragma once

#include <cstdint>
#include <optional>

#include "myna/core/bytes.hpp"
#include "myna/core/secret.hpp"

namespace myna::readers {

bool is_pseudo_apdu(ByteView apdu);

// GET DATA of the identifier: the PUPI, which on this card is random and identifies nothing. 6A81 for other data, 6D00 for
// other commands, 6C04 for a wrong length.
SecretBytes answer_pseudo_apdu(ByteView apdu, ByteView pupi);

// "Get features" and the properties it leads to: no PIN pad, APDUs of up to 64 kB. None for any other control code.
std::optional<Bytes> answer_control(std::uint32_t code, std::uint16_t vendor, std::uint16_t product);

}  // namespace myna::readers
