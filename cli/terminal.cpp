// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "cli/pin_lines.hpp"

namespace myna::cli {
namespace {

class NoEcho {
 public:
  NoEcho(int fd, bool wanted) : fd_(fd), changed_(wanted && ::tcgetattr(fd, &before_) == 0) {
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (changed_) ::tcsetattr(fd_, TCSAFLUSH, &silent);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;
  ~NoEcho() {
    if (changed_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
  }

 private:
  int fd_;
  termios before_{};
  bool changed_;
};

Status wait_for_input(int fd, int stop_event) {
  std::array<pollfd, 2> waits{pollfd{fd, POLLIN, 0}, pollfd{stop_event, POLLIN, 0}};
  while (::poll(waits.data(), waits.size(), -1) < 0) {
    if (errno != EINTR) return fail_native(Errc::pin_unavailable, errno);
  }
  return (waits[1].revents & POLLIN) != 0 ? Status{fail(Errc::cancelled)} : Status{};
}

Result<SecretBytes> read_line(int fd, int stop_event) {
  SecretBytes line;
  while (line.size() < kMaxPinText) {
    MYNA_CHECK(wait_for_input(fd, stop_event));
    Byte character = 0;
    const ssize_t count = ::read(fd, &character, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return fail(Errc::pin_unavailable);
    if (character == '\n' || character == '\r') return line;
    line.append({&character, 1});
  }
  return fail(Errc::pin_malformed);
}

}  // namespace

Result<Terminal> Terminal::open() {
  const int fd = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return fail_native(Errc::pin_unavailable, errno);
  return Terminal(fd);
}

Terminal::Terminal(Terminal&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Terminal::~Terminal() {
  if (fd_ >= 0) ::close(fd_);
}

void Terminal::say(const std::string& text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t count = ::write(fd_, rest.data(), rest.size());
    if (count <= 0 && errno != EINTR) return;
    if (count > 0) rest.remove_prefix(static_cast<std::size_t>(count));
  }
}

Result<SecretBytes> Terminal::read_secret(const std::string& prompt, std::stop_token stop) {
  return read(prompt, std::move(stop), false);
}

Result<bool> Terminal::confirm(const std::string& question, std::stop_token stop) {
  MYNA_TRY(const SecretBytes line, read(question, std::move(stop), true));
  return !line.empty() && (line.view()[0] == 'y' || line.view()[0] == 'Y');
}

Result<SecretBytes> Terminal::read(const std::string& prompt, std::stop_token stop, bool echo) {
  const int stop_event = ::eventfd(0, EFD_CLOEXEC);
  Result<SecretBytes> line = fail(Errc::pin_unavailable);
  {
    const std::stop_callback wake(stop, [stop_event] { ::eventfd_write(stop_event, 1); });
    const NoEcho silence(fd_, !echo);
    say(prompt);
    line = read_line(fd_, stop_event);
    if (!echo) say("\n");
  }
  ::close(stop_event);
  return line;
}

}  // namespace myna::cli
