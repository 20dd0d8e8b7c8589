// SPDX-License-Identifier: Apache-2.0
// What stands behind the opaque handles of myna.h, and the one guard around every function.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <new>
#include <string>
#include <thread>

#include "myna.h"
#include "myna/core/mutex.hpp"
#include "myna/kiosk/kiosk_host.hpp"

struct myna_error {
  myna::Error error;
};
struct myna_data {
  myna::SecretBytes bytes;   // with a NUL at the end
};
struct myna_options {
  myna::kiosk::Options options{};
  std::vector<std::string> readers{}, trust{};
};
struct myna_readers {
  std::vector<myna::kiosk::ReaderView> views;
};
struct myna_notice {
  myna::kiosk::Notice notice;
  myna_error error{};
};

namespace myna::capi {

// The kiosk while it lives. Calls that wait are counted, so that the end can wait for them.
class Host {
 public:
  Host(std::vector<std::unique_ptr<ReaderBackend>> backends, kiosk::Options options) : kiosk_(std::move(backends), std::move(options)) {}

  kiosk::Kiosk& kiosk() noexcept { return kiosk_; }

  // False after the end began.
  bool enter();
  void leave();
  // Cancels everything, wakes everybody, and waits until nobody is inside.
  void end();

  // Waiting for notices or for a card, until then.
  std::stop_token interruption();
  void interrupt();
  // Errors: timed_out, cancelled.
  Result<kiosk::SessionPtr> wait_for_session(const char* reader, int milliseconds);

 private:
  kiosk::SessionPtr session_now(const char* reader) const;

  kiosk::Kiosk kiosk_;
  Mutex mutex_;
  std::condition_variable_any changed_;
  int inside_ MYNA_GUARDED_BY(mutex_) = 0;
  bool ending_ MYNA_GUARDED_BY(mutex_) = false;
  std::stop_source stop_ MYNA_GUARDED_BY(mutex_);
};

// One call inside a host that may be at its end.
class Call {
 public:
  explicit Call(const std::weak_ptr<Host>& host) : host_(host.lock()) {
    if (host_ && !host_->enter()) host_.reset();
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call() {
    if (host_) host_->leave();
  }
  explicit operator bool() const noexcept { return host_ != nullptr; }
  Host* operator->() const noexcept { return host_.get(); }

 private:
  std::shared_ptr<Host> host_;
};

// Where the memory for an error is missing too, there is one that is always there.
void set_error(myna_error** to, const Error& error) noexcept;
bool is_static(const myna_error* error) noexcept;

// 0 or -1, and no exception leaves.
template <typename Work>
int status_of(myna_error** error, Work work) noexcept {
  try {
    const Status status = work();
    if (status) return 0;
    set_error(error, status.error());
  } catch (...) {   // out of memory
    set_error(error, Error{.code = Errc::storage_failed});
  }
  return -1;
}

// The value, or NULL.
template <typename T, typename Work>
T* object_of(myna_error** error, Work work) noexcept {
  try {
    Result<std::unique_ptr<T>> made = work();
    if (made) return made->release();
    set_error(error, made.error());
  } catch (...) {
    set_error(error, Error{.code = Errc::storage_failed});
  }
  return nullptr;
}

// No NULL among what must be given.
template <typename... T>
bool given(const T*... pointers) noexcept {
  return (... && (pointers != nullptr));
}

inline std::string_view text_of(const char* text) { return text == nullptr ? std::string_view() : std::string_view(text); }
// Texts of the tables end in a NUL: they are literals.
inline const char* words(const Text& text, int language) noexcept { return (language == MYNA_JAPANESE ? text.ja : text.en).data(); }

// Data by its name. Errors: file_absent (not read), invalid_argument (no such name).
Result<SecretBytes> data_of(const kiosk::Held& held, std::string_view name);

// Errors: invalid_argument.
Status set_option(myna_options& options, std::string_view name, std::string_view value);
Result<std::vector<std::unique_ptr<ReaderBackend>>> backends_of(const myna_options& options);
Result<kiosk::Options> kiosk_options_of(const myna_options& options);

}  // namespace myna::capi

struct myna_kiosk {
  std::shared_ptr<myna::capi::Host> host;
  std::jthread listener{};
};
struct myna_session {
  std::weak_ptr<myna::capi::Host> host;
  myna::kiosk::SessionPtr session;
};
