// SPDX-License-Identifier: Apache-2.0
// The objects of a signed record, opened once and strictly: whoever shows a value and whoever verifies it take it from the same bytes.
#pragma once

#include <initializer_list>
#include <vector>

#include "myna/core/tlv.hpp"

namespace myna {

// Objects behind one another, such as the content of FF20 (docs/card/text.md). `order` lists the known tags as the card writes them.
class Record {
 public:
  // What stands in one object, `container`, with nothing behind it. Errors as of read().
  static Result<Record> open(ByteView file, Tag container, std::initializer_list<Tag> order);
  // The objects themselves. malformed: no sequence of whole objects. misplaced_object: a known object occurs twice, or before one that it
  // must follow. Unknown objects are passed over: nothing is shown of them.
  static Result<Record> read(ByteView content, std::initializer_list<Tag> order);

  // malformed: there is none.
  Result<Tlv> object(Tag tag) const;
  // From the start of this object to the end of the record. malformed: there is none.
  Result<ByteView> from(Tag tag) const;

 private:
  explicit Record(ByteView content) : content_(content) {}
  ByteView content_;
  std::vector<Tlv> known_;
};

}  // namespace myna
