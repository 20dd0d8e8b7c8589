// SPDX-License-Identifier: Apache-2.0
#include "ber.hpp"

#include <array>
#include <utility>

namespace myna {
namespace {

Byte low_byte(std::size_t value) { return static_cast<Byte>(value & 0xFF); }

void append_tag(Bytes& to, std::uint16_t tag) {
  if (tag > 0xFF) to.push_back(low_byte(tag >> 8));
  to.push_back(low_byte(tag));
}

Bytes header(std::uint16_t tag, std::size_t length) {
  Bytes bytes;
  append_tag(bytes, tag);
  if (length > 0xFF) bytes.push_back(0x82), bytes.push_back(low_byte(length >> 8));
  else if (length > 0x7F) bytes.push_back(0x81);
  bytes.push_back(low_byte(length));
  return bytes;
}

}  // namespace

void append_u16(Bytes& to, std::size_t value) { append(to, std::array{low_byte(value >> 8), low_byte(value)}); }

Bytes object(std::uint16_t tag, ByteView value) {
  Bytes bytes = header(tag, value.size());
  append(bytes, value);
  return bytes;
}

Bytes object(std::uint16_t tag, std::string_view value) { return object(tag, as_bytes(value)); }

Bytes wide_object(std::uint16_t tag, ByteView value) {
  Bytes bytes;
  append_tag(bytes, tag);
  bytes.push_back(0x82);
  append_u16(bytes, value.size());
  append(bytes, value);
  return bytes;
}

Bytes concatenated(std::span<const Bytes> parts) {
  Bytes whole;
  for (const Bytes& part : parts) append(whole, part);
  return whole;
}

Bytes indexed_record(std::span<const Bytes> parts) {
  constexpr std::size_t kIndexHeader = 3;
  const Bytes content = concatenated(parts);
  const std::size_t index = kIndexHeader + 2 * parts.size();
  Bytes file = header(0xFF20, index + content.size());
  std::size_t offset = file.size() + index;
  append(file, header(0xDF21, index - kIndexHeader));
  for (const Bytes& part : parts) append_u16(file, std::exchange(offset, offset + part.size()));
  append(file, content);
  return file;
}

}  // namespace myna
