// SPDX-License-Identifier: Apache-2.0
#include "kiosk/client.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "myna/secret.hpp"

namespace myna::kioskd {

Client::Client(std::uint64_t id, int descriptor, bool trusted) : id_(id), descriptor_(descriptor), trusted_(trusted), input_(kMostLine) {}

Client::~Client() { ::close(descriptor_); }

bool Client::receive() {
  if (used_ == input_.size()) return false;
  const ssize_t got = ::recv(descriptor_, input_.data() + used_, input_.size() - used_, MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) return false;
  if (finishing_) {
    wipe(input_.data() + used_, static_cast<std::size_t>(got));
    return true;
  }
  used_ += static_cast<std::size_t>(got);
  // Full without an end of line: next_line() can never succeed.
  return used_ < input_.size() || std::ranges::find(input_, Byte{'\n'}) != input_.end();
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

void Client::send(std::string line, std::string reader, Clock::time_point now) {
  if (waiting_.empty()) progress_ = now;
  waiting_bytes_ += line.size();
  waiting_.push_back({std::move(line), std::move(reader)});
}

bool Client::flush(Clock::time_point now) {
  while (!waiting_.empty()) {
    const std::string& line = waiting_.front().line;
    const ssize_t wrote = ::send(descriptor_, line.data() + sent_, line.size() - sent_, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (wrote < 0) return errno == EAGAIN || errno == EINTR;
    progress_ = now;
    sent_ += static_cast<std::size_t>(wrote);
    if (sent_ < line.size()) return true;
    waiting_bytes_ -= line.size();
    waiting_.pop_front();
    sent_ = 0;
  }
  return true;
}

bool Client::too_slow(Clock::time_point now) const {
  return waiting_bytes_ > kMostWaiting || (!waiting_.empty() && now - progress_ > kMostWait);
}

bool Client::forget(const std::string& reader) {
  if (!waiting_.empty() && sent_ > 0 && waiting_.front().reader == reader) return false;
  std::erase_if(waiting_, [&reader](const Waiting& one) { return one.reader == reader; });
  waiting_bytes_ = 0;
  for (const Waiting& one : waiting_) waiting_bytes_ += one.line.size();
  return true;
}

}  // namespace myna::kioskd
