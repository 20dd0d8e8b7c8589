// SPDX-License-Identifier: Apache-2.0
// SIGINT, SIGTERM and SIGHUP as a request to stop. No handler ever ends the program: a transaction must be able to close
// the PIN first. One thread waits for the signals; every other thread has them blocked.
#pragma once

#include <stop_token>
#include <thread>

namespace myna::cli {

class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::thread watcher_;
};

}  // namespace myna::cli
