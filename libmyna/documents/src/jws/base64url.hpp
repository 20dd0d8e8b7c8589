// SPDX-License-Identifier: Apache-2.0
// base64url without padding (RFC 7515, 2), and the base64 of x5c.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "myna/core/bytes.hpp"

namespace myna {

std::string base64url(ByteView bytes);
std::string base64(ByteView bytes);
// Only what base64url() writes: no padding, no blanks, unused bits zero.
std::optional<Bytes> from_base64url(std::string_view text);
// Only what base64() writes.
std::optional<Bytes> from_base64(std::string_view text);

}  // namespace myna
