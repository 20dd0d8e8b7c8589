// SPDX-License-Identifier: Apache-2.0
#include "myna/kiosk/presence.hpp"

namespace myna::kiosk {
namespace {

template <typename T>
void take(std::optional<T>& to, std::optional<T>& from) {
  if (from) to = std::move(from);
}

}  // namespace

Status PresenceSession::with(const std::function<void(const Held&)>& use) const {
  const MutexLock lock(mutex_);
  if (!alive_) return fail(Errc::session_ended);
  use(held_);
  return {};
}

void PresenceSession::add(Held&& more) {
  Held fresh = std::move(more);
  const MutexLock lock(mutex_);
  if (!alive_) return;
  take(held_.identity, fresh.identity);
  if (!fresh.counters.empty()) held_.counters = std::move(fresh.counters);
  take(held_.attributes, fresh.attributes);
  take(held_.face, fresh.face);
  if (fresh.number) held_.number = std::move(fresh.number);
  take(held_.log_in, fresh.log_in);
  take(held_.age, fresh.age);
  take(held_.signature, fresh.signature);
  take(held_.certificate, fresh.certificate);
  take(held_.renewal, fresh.renewal);
}

void PresenceSession::end() noexcept {
  alive_ = false;
  const MutexLock lock(mutex_);
  held_ = Held{};
}

}  // namespace myna::kiosk
