// SPDX-License-Identifier: Apache-2.0
// BER-TLV as the card writes it (ISO/IEC 8825-1): definite lengths, also in non-minimal form such as
// `82 00 9F`, which the card uses (docs/card/text.md). Nothing is copied; every length is checked.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "myna/core/bytes.hpp"

namespace myna {

using Tag = std::uint32_t;  // up to three tag bytes, as written: 0x30, 0xFF20, 0x7F21

struct Tlv {
  Tag tag = 0;
  bool constructed = false;
  ByteView value{};   // the content
  ByteView whole{};   // tag, length and content
};

// The length of the object that starts here: header and content, read from the header alone. For a file whose
// first bytes are known and whose end is not.
Result<std::size_t> tlv_total_length(ByteView header);

// The content of the object that starts here, as far as it is present: for the first bytes of a longer file.
Result<ByteView> open_truncated(ByteView bytes);

// Exactly one object, and every constructed object in it filled exactly by well-formed children (16 levels at most).
bool is_complete_object(ByteView bytes) noexcept;

// Takes the next object. Errc::malformed: reserved or indefinite length, tag of more than three bytes, or an
// end beyond the data.
Result<Tlv> next_tlv(ByteReader& reader);

// The first child with this tag. Errc::malformed when there is none or the content is damaged before it.
Result<Tlv> find_tlv(ByteView content, Tag tag);

// Follows a path of tags downwards from `content`: find_path(file, {0xFF20, 0xDF22}). The number of tags is the
// depth, so hostile nesting cannot make it go deeper.
Result<Tlv> find_path(ByteView content, std::initializer_list<Tag> path);

}  // namespace myna
