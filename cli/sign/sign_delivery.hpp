// SPDX-License-Identifier: Apache-2.0
// A thread that finishes what the card has signed while the card makes the next signature: writing and verifying a file takes a tenth of
// the card's time.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <thread>

#include "myna/core/mutex.hpp"
#include "sign_job.hpp"

namespace myna::cli {

class Delivery {
 public:
  // `deliver` runs on the thread, for one job after the other in the order of add().
  explicit Delivery(std::function<void(SignJob&)> deliver);

  // The job must stay where it is and must not be touched before wait_for says that it is done.
  void add(SignJob& job);
  // Returns when the first `count` jobs are done. Throws what `deliver` threw.
  void wait_for(std::size_t count);

 private:
  void work(const std::stop_token& stop);
  SignJob* next(const std::stop_token& stop);

  const std::function<void(SignJob&)> deliver_;
  Mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<SignJob*> waiting_ MYNA_GUARDED_BY(mutex_);
  std::size_t done_ MYNA_GUARDED_BY(mutex_) = 0;
  std::exception_ptr thrown_ MYNA_GUARDED_BY(mutex_);
  std::jthread thread_;   // last: it uses the others, and ends before they do
};

}  // namespace myna::cli
