// SPDX-License-Identifier: Apache-2.0
#include "waiting.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include "interruption.hpp"
#include "myna/core/descriptor.hpp"

namespace myna::cli {
namespace {

constexpr int kForever = -1;
constexpr int kLookMs = 50;             // how often, for the reader of a FIFO: nothing tells
constexpr std::size_t kPiece = 1 << 20;

Unexpected storage_error() { return fail_native(Errc::storage_failed, errno); }

// The number of descriptors that are ready; errno otherwise.
template <std::size_t N>
Result<int> polled(std::array<pollfd, N>& waits, int timeout_ms) {
  while (true) {
    const int ready = ::poll(waits.data(), waits.size(), timeout_ms);
    if (ready >= 0) return ready;
    if (errno != EINTR) return storage_error();
  }
}

bool is_writable_now(int fd) {
  std::array waits{pollfd{fd, POLLOUT, 0}};
  const auto ready = polled(waits, 0);
  return ready && *ready > 0;
}

// A regular file takes whatever it gets; a pipe with room takes this much without waiting (pipe(7)).
std::size_t piece_for(int fd) {
  struct stat info{};
  return ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) ? kPiece : PIPE_BUF;
}

// After the request to stop a last word is still written where nobody has to wait for it.
Status wait_writable(int fd) {
  Status ready = wait_ready(fd, POLLOUT, Interruption::token());
  return ready || is_writable_now(fd) ? Status{} : ready;
}

}  // namespace

Status wait_ready(int fd, short events, const std::stop_token& stop) {
  const Descriptor woken(::eventfd(0, EFD_CLOEXEC));
  if (!woken.ok()) return storage_error();
  const std::stop_callback wake(stop, [&woken] { ::eventfd_write(woken.get(), 1); });
  std::array waits{pollfd{fd, events, 0}, pollfd{woken.get(), POLLIN, 0}};
  MYNA_CHECK(polled(waits, kForever));
  return waits[1].revents != 0 ? Status{fail(Errc::cancelled)} : Status{};
}

Result<int> open_patiently(const std::string& path, int flags) {
  while (true) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd >= 0) return fd;
    if (errno != ENXIO || (flags & O_ACCMODE) != O_WRONLY) return storage_error();
    const std::stop_token stop = Interruption::token();
    if (stop.stop_requested()) return fail(Errc::cancelled);
    ::poll(nullptr, 0, kLookMs);
  }
}

Result<std::size_t> read_some(int fd, std::span<Byte> out) {
  while (true) {
    MYNA_CHECK(wait_ready(fd, POLLIN, Interruption::token()));
    const ssize_t count = ::read(fd, out.data(), out.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR && errno != EAGAIN) return storage_error();
  }
}

Status write_all(int fd, ByteView data) {
  const std::size_t piece = piece_for(fd);
  while (!data.empty()) {
    MYNA_CHECK(wait_writable(fd));
    const ssize_t count = ::write(fd, data.data(), std::min(data.size(), piece));
    if (count < 0 && errno == EPIPE) Interruption::ask_for_end();
    if (count < 0 && errno != EINTR && errno != EAGAIN) return storage_error();
    if (count > 0) data = data.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace myna::cli
