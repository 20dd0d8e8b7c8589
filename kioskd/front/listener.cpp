// SPDX-License-Identifier: Apache-2.0
#include "listener.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace myna::kioskd {
namespace {

constexpr int kBacklog = 8;

Result<int> failed(int descriptor) {
  const int why = errno;
  if (descriptor >= 0) ::close(descriptor);
  return fail_native(Errc::storage_failed, why);
}

// What nobody answers on is left over from a service that was killed.
bool is_left_over(const sockaddr_un& address) {
  struct stat there{};
  if (::lstat(address.sun_path, &there) != 0 || !S_ISSOCK(there.st_mode)) return false;
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool refused = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 && errno == ECONNREFUSED;
  ::close(probe);
  return refused;
}

}  // namespace

Result<int> listen_on_path(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return fail_native(Errc::storage_failed, ENAMETOOLONG);
  std::memcpy(address.sun_path, path.data(), path.size());
  struct stat there{};
  if (is_left_over(address)) ::unlink(path.c_str());
  else if (::lstat(path.c_str(), &there) == 0) return fail(Errc::output_exists);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const mode_t before = ::umask(0177);
  const int bound = ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  ::umask(before);
  if (listener < 0 || bound != 0 || ::listen(listener, kBacklog) != 0) return failed(listener);
  return listener;
}

Result<int> listen_on_loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int yes = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  if (listener < 0 || ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(listener, kBacklog) != 0) {
    return failed(listener);
  }
  return listener;
}

std::optional<uid_t> user_behind(int connection) noexcept {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  return peer.uid;
}

}  // namespace myna::kioskd
