// SPDX-License-Identifier: Apache-2.0
#include "terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "cli/prompts/pin_lines.hpp"
#include "screen.hpp"
#include "waiting.hpp"

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

Result<SecretBytes> read_line(int fd, const std::stop_token& stop) {
  SecretBytes line;
  while (line.size() < kMaxPinText) {
    MYNA_CHECK(wait_ready(fd, POLLIN, stop));
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

void Terminal::say(const std::string& text) { (void)show(fd_, Shown::line(text)); }

Result<SecretBytes> Terminal::read_secret(const std::string& prompt, const std::stop_token& stop) {
  return read(prompt, stop, false);
}

Result<bool> Terminal::confirm(const std::string& question, const std::stop_token& stop) {
  MYNA_TRY(const SecretBytes line, read(question, stop, true));
  return !line.empty() && (line.view()[0] == 'y' || line.view()[0] == 'Y');
}

Result<SecretBytes> Terminal::read(const std::string& prompt, const std::stop_token& stop, bool echo) {
  const NoEcho silence(fd_, !echo);
  MYNA_CHECK(show(fd_, Shown::prompt(prompt)));
  auto line = read_line(fd_, stop);
  if (!echo) say("");
  return line;
}

}  // namespace myna::cli
