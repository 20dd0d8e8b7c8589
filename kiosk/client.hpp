// SPDX-License-Identifier: Apache-2.0
// One connected program: lines in, lines out, both bounded. What it sends and what is sent to it is wiped when it is done with.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>

#include "myna/bytes.hpp"

namespace myna::kioskd {

using Clock = std::chrono::steady_clock;

inline constexpr std::size_t kMostLine = 16 * 1024;              // of one request
inline constexpr std::size_t kMostWaiting = 4 * 1024 * 1024;     // of answers that are not read: two card faces and more
inline constexpr std::chrono::seconds kMostWait{5};              // for the reader of an answer, and for the token
inline constexpr double kBurst = 60, kPerSecond = 30;            // requests

class Client {
 public:
  // Owns the descriptor. `trusted`: the socket itself proved who it is; others must show the token first.
  Client(std::uint64_t id, int descriptor, bool trusted);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  std::uint64_t id() const noexcept { return id_; }
  int descriptor() const noexcept { return descriptor_; }
  bool trusted() const noexcept { return trusted_; }
  void trust() noexcept { trusted_ = true; }

  // Takes in what has come. False: it hung up, or sends a line that is too long.
  bool receive();
  // The next complete line, without its end; the caller owns the only copy.
  std::optional<std::string> next_line();
  // False: more requests than are allowed.
  bool may_ask(Clock::time_point now);

  // `reader` names the card that the text is about; empty when it says nothing personal.
  void send(std::string line, std::string reader, Clock::time_point now);
  // Writes what fits. False: it hung up.
  bool flush(Clock::time_point now);
  bool wants_to_write() const noexcept { return !waiting_.empty(); }
  // Too much waits, or for too long.
  bool too_slow(Clock::time_point now) const;
  // The token did not come in time.
  bool too_shy(Clock::time_point now) const { return !trusted_ && now - born_ > kMostWait; }
  // Wipes what waits of this reader. False: a line is half out, so that the connection cannot go on.
  bool forget(const std::string& reader);

  // No more requests; gone when all is written.
  void finish() noexcept { finishing_ = true; }
  // It hung up: gone after what can be written at once.
  void abandon() noexcept { abandoned_ = true; }
  bool finished() const noexcept { return abandoned_ || (finishing_ && waiting_.empty()); }

 private:
  struct Waiting {
    std::string line;
    std::string reader;
  };
  std::uint64_t id_;
  int descriptor_;
  bool trusted_;
  bool finishing_ = false, abandoned_ = false;
  Bytes input_;
  std::size_t used_ = 0;
  std::deque<Waiting> waiting_;
  std::size_t sent_ = 0, waiting_bytes_ = 0;   // of the first line; of all
  Clock::time_point progress_{};
  double allowance_ = kBurst;
  const Clock::time_point born_ = Clock::now();
  Clock::time_point asked_ = born_;
};

}  // namespace myna::kioskd
