// SPDX-License-Identifier: Apache-2.0
#include "myna/kiosk_requests.hpp"

#include <concepts>

namespace myna::kiosk {

const CheckedPin* pin_of(const Request& request) noexcept {
  return std::visit(
      [](const auto& one) -> const CheckedPin* {
        if constexpr (requires { { one.pin } -> std::same_as<const CheckedPin&>; }) return &one.pin;
        else if constexpr (requires { one.pin.has_value(); }) return one.pin ? &*one.pin : nullptr;
        else return nullptr;
      },
      request);
}

// Lengths first, so that no two pairs give the same bytes.
Bytes log_in_message(std::string_view audience, ByteView challenge) {
  Bytes message;
  append(message, as_bytes("myna log-in 1\n"));
  message.push_back(static_cast<Byte>(audience.size()));
  append(message, as_bytes(audience));
  append(message, challenge);
  return message;
}

}  // namespace myna::kiosk
