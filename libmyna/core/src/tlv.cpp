// SPDX-License-Identifier: Apache-2.0
#include "myna/core/tlv.hpp"

#include <algorithm>

namespace myna {
namespace {

constexpr Byte kConstructed = 0x20;
constexpr Byte kLongTag = 0x1F;
constexpr Byte kMore = 0x80;
constexpr int kMaxTagBytes = 3;
constexpr Byte kMaxLengthBytes = 4;
constexpr int kMaxDepth = 16;

struct TagHead {
  Tag tag = 0;
  bool constructed = false;
};

Result<TagHead> take_tag(ByteReader& reader) {
  MYNA_TRY(const Byte first, reader.u8());
  TagHead head{.tag = first, .constructed = (first & kConstructed) != 0};
  if ((first & kLongTag) != kLongTag) return head;
  for (int taken = 1; taken < kMaxTagBytes; ++taken) {
    MYNA_TRY(const Byte next, reader.u8());
    head.tag = head.tag << 8 | next;
    if ((next & kMore) == 0) return head;
  }
  return fail(Errc::malformed);
}

Result<std::size_t> take_length(ByteReader& reader) {
  MYNA_TRY(const Byte first, reader.u8());
  if (first < 0x80) return std::size_t{first};
  const Byte count = first & 0x7F;
  if (count == 0 || count > kMaxLengthBytes) return fail(Errc::malformed);
  MYNA_TRY(const ByteView digits, reader.take(count));
  std::size_t length = 0;
  for (const Byte b : digits) length = length << 8 | b;
  return length;
}

bool children_are_complete(ByteView content, int levels_left) {
  if (levels_left == 0) return false;
  ByteReader reader(content);
  while (!reader.empty()) {
    const auto child = next_tlv(reader);
    if (!child) return false;
    if (child->constructed && !children_are_complete(child->value, levels_left - 1)) return false;
  }
  return true;
}

}  // namespace

Result<std::size_t> tlv_total_length(ByteView header) {
  ByteReader reader(header);
  MYNA_TRY([[maybe_unused]] const TagHead head, take_tag(reader));
  MYNA_TRY(const std::size_t length, take_length(reader));
  return header.size() - reader.remaining() + length;
}

Result<ByteView> open_truncated(ByteView bytes) {
  ByteReader reader(bytes);
  MYNA_TRY([[maybe_unused]] const TagHead head, take_tag(reader));
  MYNA_TRY(const std::size_t length, take_length(reader));
  return reader.rest().first(std::min(length, reader.remaining()));
}

bool is_complete_object(ByteView bytes) noexcept {
  ByteReader reader(bytes);
  const auto object = next_tlv(reader);
  return object && reader.empty() && (!object->constructed || children_are_complete(object->value, kMaxDepth));
}

Result<Tlv> next_tlv(ByteReader& reader) {
  const ByteView start = reader.rest();
  ByteReader ahead = reader;
  MYNA_TRY(const TagHead head, take_tag(ahead));
  MYNA_TRY(const std::size_t length, take_length(ahead));
  MYNA_TRY(const ByteView value, ahead.take(length));
  reader = ahead;
  return Tlv{head.tag, head.constructed, value, start.first(start.size() - ahead.remaining())};
}

Result<Tlv> find_tlv(ByteView content, Tag tag) {
  ByteReader reader(content);
  while (!reader.empty()) {
    MYNA_TRY(const Tlv child, next_tlv(reader));
    if (child.tag == tag) return child;
  }
  return fail(Errc::malformed);
}

Result<Tlv> find_path(ByteView content, std::initializer_list<Tag> path) {
  Tlv found;
  for (const Tag tag : path) {
    MYNA_TRY(found, find_tlv(content, tag));
    content = found.value;
  }
  return found;
}

}  // namespace myna
