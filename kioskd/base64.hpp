// SPDX-License-Identifier: Apache-2.0
// Base64 (RFC 4648 section 4), as JSON carries bytes.
#pragma once

#include <optional>
#include <string>

#include "myna/core/bytes.hpp"

namespace myna::kioskd {

std::string to_base64(ByteView bytes);
// None for anything else: white space and missing padding too.
std::optional<Bytes> from_base64(std::string_view text);

}  // namespace myna::kioskd
