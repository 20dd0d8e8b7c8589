// SPDX-License-Identifier: Apache-2.0
// SIGINT, SIGTERM and SIGHUP, and a reader of our output that is gone (SIGPIPE), as a request to stop. No handler ever ends the program: a
// transaction must be able to close the PIN first. One thread waits for the signals; every other thread has them blocked.
//
// Whatever waits (a prompt, a descriptor, a reader, the network) watches the token and stops at once. What only computes is not asked: when
// the program still runs kGrace after the request and no card is open, the thread removes the unfinished outputs and ends it with the same
// code.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <thread>

namespace myna::cli {

class Interruption {
 public:
  static constexpr std::chrono::milliseconds kGrace{700};

  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  static std::stop_token token();
  // As a signal would: for a reader of our output that is gone.
  static void ask_for_end();

 private:
  std::thread watcher_;
};

// While one of these lives the program is not ended: a card may have a PIN open.
class CardInUse {
 public:
  CardInUse();
  CardInUse(const CardInUse&) = delete;
  CardInUse& operator=(const CardInUse&) = delete;
  ~CardInUse();
};

// A file that is removed when the program is ended.
class Unfinished {
 public:
  explicit Unfinished(std::string path);
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  ~Unfinished();

 private:
  std::string path_;
};

}  // namespace myna::cli
