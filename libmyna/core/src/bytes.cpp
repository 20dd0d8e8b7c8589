// SPDX-License-Identifier: Apache-2.0
#include "myna/core/bytes.hpp"

#include <algorithm>

namespace myna {

ByteView as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const Byte*>(text.data()), text.size()};
}

std::string_view as_text(ByteView bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void append(Bytes& to, ByteView more) { to.insert(to.end(), more.begin(), more.end()); }

bool equal(ByteView a, ByteView b) noexcept { return std::ranges::equal(a, b); }

Result<ByteView> ByteReader::take(std::size_t count) {
  if (count > rest_.size()) return fail(Errc::malformed);
  const ByteView taken = rest_.first(count);
  rest_ = rest_.subspan(count);
  return taken;
}

Result<Byte> ByteReader::u8() {
  MYNA_TRY(const ByteView one, take(1));
  return one[0];
}

Result<std::uint16_t> ByteReader::be16() {
  MYNA_TRY(const ByteView two, take(2));
  return static_cast<std::uint16_t>(two[0] << 8 | two[1]);
}

Result<std::uint32_t> ByteReader::be32() {
  MYNA_TRY(const ByteView four, take(4));
  return std::uint32_t{four[0]} << 24 | std::uint32_t{four[1]} << 16 | std::uint32_t{four[2]} << 8 | four[3];
}

}  // namespace myna
