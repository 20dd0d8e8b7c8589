// SPDX-License-Identifier: Apache-2.0
// One connected program, or page of a browser: lines in, lines out, both bounded. What it sends and what is sent to it is wiped when it is
// done with.
//
// Nothing here ends the connection by itself: a client that is_over() is let go of by the service, at the end of a round.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>

#include "myna/kiosk/kiosk_host.hpp"

namespace myna::kioskd {

using Clock = std::chrono::steady_clock;

inline constexpr std::size_t kMostLine = 16 * 1024;              // of one request
inline constexpr std::size_t kMostWaiting = 4 * 1024 * 1024;     // of answers that are not read: two card faces and more
inline constexpr std::chrono::seconds kMostWait{5};              // for the reader of an answer, and for the token
inline constexpr double kBurst = 60, kPerSecond = 30;            // requests

// A program came by the socket, which proved who it is. A page must show the token first.
enum class ClientKind : std::uint8_t { program, page };

class Client {
 public:
  // Owns the descriptor.
  Client(std::uint64_t id, int descriptor, ClientKind kind);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  std::uint64_t id() const noexcept { return id_; }
  int descriptor() const noexcept { return descriptor_; }
  ClientKind kind() const noexcept { return kind_; }
  bool trusted() const noexcept { return trusted_; }
  void trust() noexcept { trusted_ = true; }

  // What poll() is to look for.
  short events() const noexcept;
  // Takes in what has come. False: it will send no more, or sends a line that is too long.
  bool receive();
  // The next complete line, without its end; the caller owns the only copy.
  std::optional<std::string> next_line();
  // False: more requests than are allowed.
  bool may_ask(Clock::time_point now);

  // `session`: of the card that the text is about, which is not sent any more once that has left; none when it says nothing personal.
  void send(std::string line, kiosk::SessionPtr session, Clock::time_point now);
  // Writes what fits of what may still be told.
  void flush(Clock::time_point now);
  // Too much waits, or for too long.
  bool too_slow(Clock::time_point now) const;
  // The token did not come in time.
  bool too_shy(Clock::time_point now) const { return !trusted_ && now - born_ > kMostWait; }

  // No more requests; over when all is written.
  void finish() noexcept { finishing_ = true; }
  // Over at once: what waits is wiped unsent.
  void cut() noexcept;
  bool is_leaving() const noexcept { return cut_ || finishing_; }
  bool is_over() const noexcept { return cut_ || (finishing_ && waiting_.empty()); }

 private:
  struct Waiting {
    std::string line;
    kiosk::SessionPtr session;
  };
  void forget();

  std::uint64_t id_;
  int descriptor_;
  ClientKind kind_;
  bool trusted_;
  bool input_over_ = false, finishing_ = false, cut_ = false;
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
