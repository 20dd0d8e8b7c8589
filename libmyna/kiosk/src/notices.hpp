// SPDX-License-Identifier: Apache-2.0
// The stream of notices: bounded, waited on or polled.
#pragma once

#include <condition_variable>
#include <deque>

#include "myna/core/mutex.hpp"
#include "myna/kiosk/kiosk_host.hpp"

namespace myna::kiosk {

class Notices {
 public:
  Notices();
  Notices(const Notices&) = delete;
  Notices& operator=(const Notices&) = delete;
  ~Notices();

  void post(Notice notice);
  Result<Notice> wait(const std::stop_token& stop, std::chrono::milliseconds at_most);
  int fd() const noexcept { return fd_; }

 private:
  void show() const noexcept MYNA_REQUIRES(mutex_);   // the descriptor says whether something is there

  int fd_;
  mutable Mutex mutex_;
  std::condition_variable_any there_;
  std::deque<Notice> pending_ MYNA_GUARDED_BY(mutex_);
};

}  // namespace myna::kiosk
