// SPDX-License-Identifier: Apache-2.0
// Byte vocabulary of the library, and a reader that cannot run past the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "myna/core/result.hpp"

namespace myna {

using Byte = std::uint8_t;
using Bytes = std::vector<Byte>;
using ByteView = std::span<const Byte>;

// The bytes of a text, and the text that bytes spell (no check of the encoding).
ByteView as_bytes(std::string_view text) noexcept;
std::string_view as_text(ByteView bytes) noexcept;

void append(Bytes& to, ByteView more);
bool equal(ByteView a, ByteView b) noexcept;

// Takes bytes from the front of a view. Every take is checked: too few bytes give Errc::malformed
// and leave the position where it was.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) noexcept : rest_(bytes) {}

  std::size_t remaining() const noexcept { return rest_.size(); }
  bool empty() const noexcept { return rest_.empty(); }
  ByteView rest() const noexcept { return rest_; }

  Result<Byte> u8();
  Result<std::uint16_t> be16();
  Result<std::uint32_t> be32();
  Result<ByteView> take(std::size_t count);

 private:
  ByteView rest_;
};

}  // namespace myna
