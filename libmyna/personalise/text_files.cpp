// SPDX-License-Identifier: Apache-2.0
#include "text_files.hpp"

#include <array>
#include <cstdio>

namespace myna {
namespace {

Byte low_byte(std::size_t value) { return static_cast<Byte>(value & 0xFF); }

void append_u16(Bytes& to, std::size_t value) { append(to, std::array{low_byte(value >> 8), low_byte(value)}); }

// A two-byte tag and a definite length of minimal form; contents stay below 64 kB by check_holder.
Bytes header(std::uint16_t tag, std::size_t length) {
  Bytes bytes;
  append_u16(bytes, tag);
  if (length > 0xFF) bytes.push_back(0x82), bytes.push_back(low_byte(length >> 8));
  else if (length > 0x7F) bytes.push_back(0x81);
  bytes.push_back(low_byte(length));
  return bytes;
}

Bytes object(std::uint16_t tag, std::string_view value) {
  Bytes bytes = header(tag, value.size());
  append(bytes, as_bytes(value));
  return bytes;
}

std::string digits_of(const std::chrono::year_month_day& date) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%04d%02u%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()));
  return text.data();
}

}  // namespace

Bytes basic_attributes_file(const Holder& holder) {
  const std::array parts{object(0xDF22, holder.name), object(0xDF23, holder.address),
                         object(0xDF24, digits_of(holder.birth_date)), object(0xDF25, std::string(1, holder.sex))};
  constexpr std::size_t kOffsets = 3 + 2 * std::tuple_size_v<decltype(parts)>;
  std::size_t content = kOffsets;
  for (const Bytes& part : parts) content += part.size();
  Bytes file = header(0xFF20, content);
  std::size_t offset = file.size() + kOffsets;
  append(file, header(0xDF21, kOffsets - 3));
  for (const Bytes& part : parts) append_u16(file, std::exchange(offset, offset + part.size()));
  for (const Bytes& part : parts) append(file, part);
  return file;
}

}  // namespace myna
