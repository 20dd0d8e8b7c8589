// SPDX-License-Identifier: Apache-2.0
#include "client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "myna/core/secret.hpp"

namespace myna::kioskd {

namespace {

// What the kernel has taken cannot be taken back when the card leaves, so it gets as little as it lets itself be given at once: of this it
// makes its least (unix(7), SOCK_MIN_SNDBUF), in which two writes of about 2 kB fit.
void keep_little_in_the_kernel(int descriptor) noexcept {
  const int least = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &least, sizeof(least));
}

}  // namespace

Client::Client(std::uint64_t id, int descriptor, ClientKind kind)
    : id_(id), descriptor_(descriptor), kind_(kind), trusted_(kind == ClientKind::program), input_(kMostLine) {
  keep_little_in_the_kernel(descriptor);
}

Client::~Client() { ::close(descriptor_); }

short Client::events() const noexcept { return static_cast<short>((input_over_ ? 0 : POLLIN) | (waiting_.empty() ? 0 : POLLOUT)); }

bool Client::receive() {
  if (input_over_) return false;
  const ssize_t got = ::recv(descriptor_, input_.data() + used_, input_.size() - used_, MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EINTR || (cut(), false);
  if (finishing_) wipe(input_.data() + used_, static_cast<std::size_t>(got));
  else used_ += static_cast<std::size_t>(got);
  // Full without an end of line: next_line() can never succeed.
  input_over_ = got == 0 || (used_ == input_.size() && std::ranges::find(input_, Byte{'\n'}) == input_.end());
  return !input_over_;
}

std::optional<std::string> Client::next_line() {
  if (finishing_) return std::nullopt;
  const auto begin = input_.begin(), end = begin + static_cast<std::ptrdiff_t>(used_);
  const auto newline = std::find(begin, end, Byte{'\n'});
  if (newline == end) return std::nullopt;
  std::string line(begin, newline);
  const std::size_t left = static_cast<std::size_t>(end - newline) - 1;
  std::copy(newline + 1, end, begin);
  wipe(input_.data() + left, used_ - left);
  used_ = left;
  return line;
}

bool Client::may_ask(Clock::time_point now) {
  const std::chrono::duration<double> passed = now - std::exchange(asked_, now);
  allowance_ = std::min(kBurst, allowance_ + passed.count() * kPerSecond) - 1;
  return allowance_ >= 0;
}

void Client::send(std::string line, kiosk::SessionPtr session, Clock::time_point now) {
  if (cut_) return;
  if (waiting_.empty()) progress_ = now;
  waiting_bytes_ += line.size();
  waiting_.push_back({std::move(line), std::move(session)});
}

void Client::flush(Clock::time_point now) {
  forget();
  while (!waiting_.empty()) {
    const std::string& line = waiting_.front().line;
    const ssize_t wrote = ::send(descriptor_, line.data() + sent_, line.size() - sent_, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (wrote < 0 && errno != EAGAIN && errno != EINTR) return cut();
    if (wrote < 0) return;
    progress_ = now;
    sent_ += static_cast<std::size_t>(wrote);
    if (sent_ < line.size()) return;
    waiting_bytes_ -= line.size();
    waiting_.pop_front();
    sent_ = 0;
  }
}

bool Client::too_slow(Clock::time_point now) const {
  return waiting_bytes_ > kMostWaiting || (!waiting_.empty() && now - progress_ > kMostWait);
}

// Asked of the session itself and not told by a notice, which may be late or lost. A line that is half out cannot be taken back: the
// connection ends.
void Client::forget() {
  const auto has_left = [](const Waiting& one) { return one.session && !one.session->alive(); };
  if (sent_ > 0 && has_left(waiting_.front())) return cut();
  std::erase_if(waiting_, has_left);
  waiting_bytes_ = 0;
  for (const Waiting& one : waiting_) waiting_bytes_ += one.line.size();
}

void Client::cut() noexcept {
  cut_ = true;
  waiting_.clear();
  sent_ = waiting_bytes_ = 0;
}

}  // namespace myna::kioskd
