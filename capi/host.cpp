// SPDX-License-Identifier: Apache-2.0
#include "capi.hpp"

namespace myna::capi {
namespace {

// a session begins without a call to wait on: notices belong to whoever fetches them
constexpr std::chrono::milliseconds kLookForSession{20};

myna_error g_no_memory{Error{.code = Errc::storage_failed}};

}  // namespace

void set_error(myna_error** to, const Error& error) noexcept {
  if (to == nullptr) return;
  *to = new (std::nothrow) myna_error{error};
  if (*to == nullptr) *to = &g_no_memory;
}

bool is_static(const myna_error* error) noexcept { return error == &g_no_memory; }

bool Host::enter() {
  const MutexLock lock(mutex_);
  if (!ending_) ++inside_;
  return !ending_;
}

void Host::leave() {
  const MutexLock lock(mutex_);
  --inside_;
  changed_.notify_all();
}

void Host::end() {
  const MutexLock lock(mutex_);
  ending_ = true;
  stop_.request_stop();
  changed_.notify_all();
  // Again and again: an operation may have begun just now.
  while (inside_ > 0) {
    {
      const MutexUnlock unlocked(mutex_);
      for (const kiosk::ReaderView& view : kiosk_.readers()) (void)kiosk_.cancel(view.name);
    }
    changed_.wait_for(mutex_, kLookForSession, [this]() MYNA_REQUIRES(mutex_) { return inside_ == 0; });
  }
}

std::stop_token Host::interruption() {
  const MutexLock lock(mutex_);
  if (!ending_ && stop_.stop_requested()) stop_ = std::stop_source();
  return stop_.get_token();
}

void Host::interrupt() {
  const MutexLock lock(mutex_);
  stop_.request_stop();
  changed_.notify_all();
}

kiosk::SessionPtr Host::session_now(const char* reader) const {
  if (reader != nullptr) return kiosk_.session(reader);
  for (const kiosk::ReaderView& view : kiosk_.readers()) {
    if (auto session = kiosk_.session(view.name)) return session;
  }
  return nullptr;
}

Result<kiosk::SessionPtr> Host::wait_for_session(const char* reader, int milliseconds) {
  const std::stop_token stop = interruption();
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  while (true) {
    if (auto session = session_now(reader)) return session;
    if (milliseconds >= 0 && std::chrono::steady_clock::now() >= end) return fail(Errc::timed_out);
    const MutexLock lock(mutex_);
    changed_.wait_for(mutex_, stop, kLookForSession, [] { return false; });
    if (stop.stop_requested()) return fail(Errc::cancelled);
  }
}

}  // namespace myna::capi
