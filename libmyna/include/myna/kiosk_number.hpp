// SPDX-License-Identifier: Apache-2.0
// What a session holds of the 個人番号 after ReadNumber; wiped with the session, in a locked page until then.
#pragma once

#include <optional>

#include "myna/my_number.hpp"

namespace myna::kiosk {

struct NumberRead {
  std::optional<MyNumber> value{};   // none where some proof failed, or was required and could not be had
  AuthenticityReport report{};
};

}  // namespace myna::kiosk
