// SPDX-License-Identifier: Apache-2.0
// Calls of PC/SC that wait for ever while another program holds the card, made where they can be left: in a thread of their own.
#pragma once

#include <pthread.h>
#include <signal.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include "myna/core/mutex.hpp"

namespace myna::pcsc {

// A thread that is started meanwhile takes no signals: they are for the program, in its own threads.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

// What two threads know of one call.
template <typename T>
struct Meeting {
  Mutex mutex;
  std::condition_variable_any arrived;
  std::optional<T> result MYNA_GUARDED_BY(mutex);
  bool given_up MYNA_GUARDED_BY(mutex) = false;
};

// What `call` returns, or nothing when the deadline passed first. Then nobody waits any longer: when the call ends after all, its thread
// hands what came of it to `late`, drops both, and ends. So they own what they use. In time the thread has ended before this returns.
template <typename T>
std::optional<T> within(std::chrono::milliseconds deadline, std::function<T()> call, std::function<void(T)> late) {
  const auto meeting = std::make_shared<Meeting<T>>();
  auto work = [meeting, call = std::move(call), late = std::move(late)] {
    T result = call();
    {
      const MutexLock lock(meeting->mutex);
      if (!meeting->given_up) {
        meeting->result.emplace(std::move(result));
        return meeting->arrived.notify_one();
      }
    }
    late(std::move(result));
  };
  std::thread worker = [&] {
    const SignalsBlocked blocked;
    return std::thread(std::move(work));
  }();
  std::optional<T> result;
  {
    const MutexLock lock(meeting->mutex);
    meeting->arrived.wait_for(meeting->mutex, deadline, [&meeting]() MYNA_REQUIRES(meeting->mutex) { return meeting->result.has_value(); });
    meeting->given_up = !meeting->result;
    if (meeting->result) result.emplace(*std::move(meeting->result));
  }
  if (result) worker.join();
  else worker.detach();
  return result;
}

}  // namespace myna::pcsc
