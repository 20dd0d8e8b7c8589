// SPDX-License-Identifier: Apache-2.0
#include "notices.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

namespace myna::kiosk {
namespace {

constexpr std::size_t kMost = 256;

}  // namespace

Notices::Notices() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Notices::~Notices() {
  if (fd_ >= 0) ::close(fd_);
}

void Notices::show() const noexcept {
  std::uint64_t value = 1;
  [[maybe_unused]] const ssize_t done = pending_.empty() ? ::read(fd_, &value, sizeof value) : ::write(fd_, &value, sizeof value);
}

// Whoever does not fetch them gets one that says so instead of the oldest.
void Notices::post(Notice notice) {
  const MutexLock lock(mutex_);
  if (pending_.size() >= kMost) {
    pending_.clear();
    pending_.push_back({.kind = NoticeKind::lost});
  }
  pending_.push_back(std::move(notice));
  show();
  there_.notify_one();
}

Result<Notice> Notices::wait(const std::stop_token& stop, std::chrono::milliseconds at_most) {
  const MutexLock lock(mutex_);
  const bool there = there_.wait_for(mutex_, stop, at_most, [this]() MYNA_REQUIRES(mutex_) { return !pending_.empty(); });
  if (!there && stop.stop_requested()) return fail(Errc::cancelled);
  if (!there) return Notice{};
  Notice notice = std::move(pending_.front());
  pending_.pop_front();
  if (pending_.empty()) show();
  return notice;
}

}  // namespace myna::kiosk
