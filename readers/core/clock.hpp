// SPDX-License-Identifier: Apache-2.0
// Time as the reader core sees it: a port, so that tests run on a virtual clock.
#pragma once

#include <chrono>

namespace myna::readers {

using Duration = std::chrono::microseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;
using namespace std::chrono_literals;

class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  virtual TimePoint now() = 0;
  virtual void sleep(Duration time) = 0;
};

}  // namespace myna::readers
