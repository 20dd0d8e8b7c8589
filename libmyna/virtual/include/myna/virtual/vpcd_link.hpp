// SPDX-License-Identifier: Apache-2.0
// Puts a virtual card into the reader of the vsmartcard driver (vpcd), so that a real pcscd and every PC/SC program
// see it. Protocol: two bytes of length, then data; a single byte 0 off, 1 on, 2 reset, 4 ATR.
#pragma once

#include <cstdint>
#include <stop_token>

#include "myna/virtual/virtual_card.hpp"

namespace myna {

inline constexpr std::uint16_t kVpcdPort = 35963;   // 0x8C7B, vpcd's default

struct VpcdEvents {
  std::function<void()> inserted{};            // the reader accepted the connection
  std::function<void(FaultKind)> fault{};      // a fault of the image begins
  std::function<void(ByteView command, ByteView answer)> exchanged{};
};

// Connects to 127.0.0.1:port and answers until stop is requested, vpcd closes, or a fault takes the card away. Errors:
// no_service when nobody listens, link_lost when the connection breaks.
Status serve_vpcd(VirtualCard& card, std::uint16_t port, std::stop_token stop, const VpcdEvents& events = {});

}  // namespace myna
