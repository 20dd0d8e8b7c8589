// SPDX-License-Identifier: Apache-2.0
#include "myna/core/record.hpp"

#include <algorithm>

namespace myna {

Result<Record> Record::open(ByteView file, Tag container, std::initializer_list<Tag> order) {
  ByteReader reader(file);
  MYNA_TRY(const Tlv object, next_tlv(reader));
  if (object.tag != container || !reader.empty()) return fail(Errc::malformed);
  return read(object.value, order);
}

Result<Record> Record::read(ByteView content, std::initializer_list<Tag> order) {
  Record record(content);
  ByteReader reader(content);
  const Tag* next = order.begin();
  while (!reader.empty()) {
    MYNA_TRY(const Tlv object, next_tlv(reader));
    if (std::ranges::find(order, object.tag) == order.end()) continue;
    const Tag* const place = std::find(next, order.end(), object.tag);
    if (place == order.end()) return fail(Errc::misplaced_object);
    next = place + 1;
    record.known_.push_back(object);
  }
  return record;
}

Result<Tlv> Record::object(Tag tag) const {
  const auto found = std::ranges::find(known_, tag, &Tlv::tag);
  return found == known_.end() ? Result<Tlv>(fail(Errc::malformed)) : *found;
}

Result<ByteView> Record::from(Tag tag) const {
  MYNA_TRY(const Tlv first, object(tag));
  return content_.subspan(static_cast<std::size_t>(first.whole.data() - content_.data()));
}

}  // namespace myna
