// SPDX-License-Identifier: Apache-2.0
#include "service_manager.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace myna::kioskd {
namespace {

constexpr int kFirstPassed = 3;   // SD_LISTEN_FDS_START

std::optional<long long> number_of(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  long long number = 0;
  const char* end = text + std::strlen(text);
  const auto [rest, error] = std::from_chars(text, end, number);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return number;
}

bool is_for_us(const char* variable) { return number_of(variable).value_or(-1) == ::getpid(); }

}  // namespace

void tell_manager(std::string_view state) noexcept {
  const char* path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path == nullptr || (path[0] != '/' && path[0] != '@') || std::strlen(path) >= sizeof(address.sun_path)) return;
  const std::size_t length = std::strlen(path);
  std::memcpy(address.sun_path, path, length);
  if (path[0] == '@') address.sun_path[0] = '\0';   // an abstract name
  const int sender = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (sender < 0) return;
  (void)::sendto(sender, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
                 static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length));
  ::close(sender);
}

std::optional<std::chrono::milliseconds> watchdog_period() {
  const auto micros = number_of("WATCHDOG_USEC");
  if (!micros || *micros <= 0 || (std::getenv("WATCHDOG_PID") != nullptr && !is_for_us("WATCHDOG_PID"))) return std::nullopt;
  return std::max(std::chrono::milliseconds(1), std::chrono::milliseconds(*micros / 2000));
}

int passed_socket(std::string_view name) noexcept {
  if (!is_for_us("LISTEN_PID")) return -1;
  const char* text = std::getenv("LISTEN_FDNAMES");
  std::string_view names = text == nullptr ? "" : text;
  const long long count = number_of("LISTEN_FDS").value_or(0);
  for (int i = 0; i < count && i < 16; ++i) {
    const std::string_view one = names.substr(0, names.find(':'));
    names.remove_prefix(std::min(names.size(), one.size() + 1));
    if (one != name) continue;
    ::fcntl(kFirstPassed + i, F_SETFD, FD_CLOEXEC);
    return kFirstPassed + i;
  }
  return -1;
}

}  // namespace myna::kioskd
