// SPDX-License-Identifier: Apache-2.0
#include "myna/core/pause.hpp"

#include <condition_variable>
#include <mutex>

namespace myna {

bool pause(const std::stop_token& stop, std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace myna
