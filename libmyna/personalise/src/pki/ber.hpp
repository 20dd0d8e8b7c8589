// SPDX-License-Identifier: Apache-2.0
// Writing what the card's files are made of: objects with two-byte tags and offset tables.
#pragma once

#include <span>
#include <string>

#include "myna/core/bytes.hpp"

namespace myna {

// High byte first.
void append_u16(Bytes& to, std::size_t value);

// Tag of one or two bytes and a definite length of minimal form; contents stay below 64 kB.
Bytes object(std::uint16_t tag, ByteView value);
Bytes object(std::uint16_t tag, std::string_view value);
// With the length in the form 82 hh ll whatever it is, as the card writes some (docs/card/text.md).
Bytes wide_object(std::uint16_t tag, ByteView value);

Bytes concatenated(std::span<const Bytes> parts);

// FF20 with DF21, the offset of each part from the start of the file, and the parts (docs/card/text.md, surface.md).
Bytes indexed_record(std::span<const Bytes> parts);

}  // namespace myna
