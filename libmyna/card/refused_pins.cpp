// SPDX-License-Identifier: Apache-2.0
// The memory of refused PINs. A wrong PIN is often the right one of another card, so only keyed hashes are kept.
#include <algorithm>

#include "myna/crypto.hpp"
#include "myna/pin.hpp"

namespace myna {

RefusedPins::RefusedPins() {
  std::array<Byte, 32> random{};
  fill_random(random);
  key_ = Secret<32>(random);
  wipe(random.data(), random.size());
}

RefusedPins::Mark RefusedPins::mark_of(PinKind kind, ByteView pin) const {
  const auto hasher = make_hasher(Digest::sha256);
  hasher->update(key_.view());
  hasher->update(std::array{static_cast<Byte>(kind)});
  hasher->update(pin);
  Mark mark{};
  std::ranges::copy(hasher->finish(), mark.begin());
  return mark;
}

bool RefusedPins::contains(PinKind kind, ByteView pin) const {
  const Mark mark = mark_of(kind, pin);
  return std::ranges::any_of(entries_, [&](const Entry& entry) {
    return entry.kind == kind && equal_constant_time(entry.mark, mark);
  });
}

void RefusedPins::remember(PinKind kind, ByteView pin) {
  if (!contains(kind, pin)) entries_.push_back({kind, mark_of(kind, pin)});
}

void RefusedPins::forget(PinKind kind) {
  std::erase_if(entries_, [kind](const Entry& entry) { return entry.kind == kind; });
}

void RefusedPins::forget_all() { entries_.clear(); }

}  // namespace myna
