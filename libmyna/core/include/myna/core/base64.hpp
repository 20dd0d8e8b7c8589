// SPDX-License-Identifier: Apache-2.0
// base64 (RFC 4648, 4) with its padding, and base64url (RFC 4648, 5) without any, as JOSE writes it (RFC 7515, 2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "myna/core/bytes.hpp"

namespace myna {

// One line. Its memory never moves while it is written: no copy is left where the bytes are a person's.
std::string base64(ByteView bytes);
std::string base64url(ByteView bytes);

// Only what the encoder of the same name writes, so that no two texts spell the same bytes: none for digits of the other alphabet, for
// white space, for padding that is missing or too much, and for unused bits that are not zero. XML and PEM take white space off first.
std::optional<Bytes> from_base64(std::string_view text);
std::optional<Bytes> from_base64url(std::string_view text);

}  // namespace myna
