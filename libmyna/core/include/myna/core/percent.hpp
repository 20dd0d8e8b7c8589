// SPDX-License-Identifier: Apache-2.0
// Percent encoding (RFC 3986, 2.1): of URIs, and of the lines of an agent that asks for a PIN.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "myna/core/bytes.hpp"

namespace myna {

// Unreserved characters (RFC 3986, 2.3) and `/`: what stands as it is in the path of a URI.
bool is_plain_in_path(char c) noexcept;

// Everything that is not plain as %XX, with upper-case digits.
std::string percent_encoded(std::string_view text, bool (*is_plain)(char) = is_plain_in_path);

// The byte that the text begins with, when it is written %XX.
std::optional<Byte> escaped_byte(std::string_view text) noexcept;

// None when a % has no two digits behind it.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace myna
