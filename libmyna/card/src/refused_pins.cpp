// SPDX-License-Identifier: Apache-2.0
// The memory of refused PINs. A wrong PIN is often the right one of another card, so only keyed hashes are kept.
#include <algorithm>
#include <map>

#include "myna/card/pin.hpp"
#include "myna/core/mutex.hpp"
#include "myna/crypto/crypto.hpp"

namespace myna {
namespace {

constexpr Byte kIdentity = 0xFF;   // no PinKind

}  // namespace

RefusedPins::RefusedPins() {
  std::array<Byte, 32> random{};
  fill_random(random);
  key_ = Secret<32>(random);
  wipe(random.data(), random.size());
}

RefusedPins::Mark RefusedPins::mark_of(Byte what, ByteView value) const {
  const auto hasher = make_hasher(Digest::sha256);
  hasher->update(key_.view());
  hasher->update(std::array{what});
  hasher->update(value);
  Mark mark{};
  std::ranges::copy(hasher->finish(), mark.begin());
  return mark;
}

bool RefusedPins::holds(const Entry& wanted) const {
  return std::ranges::any_of(entries_, [&](const Entry& entry) {
    return entry.kind == wanted.kind && equal_constant_time(entry.mark, wanted.mark);
  });
}

bool RefusedPins::contains(PinKind kind, ByteView pin) const {
  const Entry wanted{kind, mark_of(static_cast<Byte>(kind), pin)};
  const MutexLock lock(mutex_);
  return holds(wanted);
}

void RefusedPins::remember(PinKind kind, ByteView pin) {
  const Entry entry{kind, mark_of(static_cast<Byte>(kind), pin)};
  const MutexLock lock(mutex_);
  if (!holds(entry)) entries_.push_back(entry);
}

void RefusedPins::forget(PinKind kind) {
  const MutexLock lock(mutex_);
  std::erase_if(entries_, [kind](const Entry& entry) { return entry.kind == kind; });
}

void RefusedPins::forget_all() {
  const MutexLock lock(mutex_);
  entries_.clear();
  card_.reset();
}

bool RefusedPins::empty() const {
  const MutexLock lock(mutex_);
  return entries_.empty();
}

void RefusedPins::card_is(ByteView identity) {
  if (identity.empty()) return;
  const Mark now = mark_of(kIdentity, identity);
  const MutexLock lock(mutex_);
  if (card_ && *card_ != now) entries_.clear();
  card_ = now;
}

// Never destroyed: the PKCS#11 modules are called from exit handlers, too.
std::shared_ptr<RefusedPins> refused_pins_of(const std::string& reader) {
  static auto& mutex = *new Mutex;
  static auto& memories = *new std::map<std::string, std::shared_ptr<RefusedPins>>;
  const MutexLock lock(mutex);
  auto& memory = memories[reader];
  if (!memory) memory = std::make_shared<RefusedPins>();
  return memory;
}

}  // namespace myna
