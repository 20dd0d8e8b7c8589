// SPDX-License-Identifier: Apache-2.0
// The methods that talk to the card: what they want, and what they answer. One row each.
#pragma once

#include <span>

#include "words.hpp"

namespace myna::kioskd {

struct OperationRow {
  std::string_view name;
  // Errors: invalid_argument (params that are not as documented), pin_malformed.
  Result<kiosk::Request> (*make)(const Json& params);
  // Of what the finished operation left in the session.
  Json (*answer)(const kiosk::Held& held);
};

std::span<const OperationRow> operation_rows() noexcept;

}  // namespace myna::kioskd
