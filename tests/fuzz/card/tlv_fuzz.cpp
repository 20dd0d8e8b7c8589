// SPDX-License-Identifier: Apache-2.0
// TLV readers on any bytes: an error or views inside the input, never beyond.
#include <cstdlib>

#include "myna/core/tlv.hpp"

using namespace myna;

namespace {

void walk(ByteView bytes, int depth) {
  ByteReader reader(bytes);
  while (const auto tlv = next_tlv(reader)) {
    if (tlv->value.size() > tlv->whole.size() || tlv->whole.size() > bytes.size()) std::abort();
    if (tlv->constructed && depth < 32) walk(tlv->value, depth + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  walk(bytes, 0);
  (void)tlv_total_length(bytes);
  (void)open_truncated(bytes);
  (void)find_path(bytes, {0x30, 0x30, 0x02});
  const auto total = tlv_total_length(bytes);
  if (is_complete_object(bytes) && (!total || *total > size)) std::abort();
  return 0;
}
