// SPDX-License-Identifier: Apache-2.0
#include "event_loop.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace myna::emulator {
namespace {

constexpr auto kLookAtChild = std::chrono::milliseconds(20);

void wait_for(const std::vector<EventSource*>& sources) {
  std::vector<pollfd> descriptors;
  const TimePoint begin = now();
  TimePoint end = begin + kLookAtChild;
  for (const EventSource* source : sources) {
    source->watch(descriptors);
    end = source->next(end);
  }
  const auto left = std::max(Duration(0), end - begin);
  const timespec time{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(left).count()};
  ::ppoll(descriptors.data(), descriptors.size(), &time, nullptr);
}

}  // namespace

int listen_on(const std::string& path) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  if (::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(socket, 4) != 0) return -1;
  return socket;
}

int accept_from(int listener) { return ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK); }

void ControlSocket::watch(std::vector<pollfd>& descriptors) const {
  descriptors.push_back({.fd = listener_, .events = POLLIN, .revents = 0});
  for (const Client& client : clients_) descriptors.push_back({.fd = client.socket, .events = POLLIN, .revents = 0});
}

void ControlSocket::serve() {
  for (int fresh = accept_from(listener_); fresh >= 0; fresh = accept_from(listener_)) clients_.push_back({fresh, {}});
  clients_.remove_if([this](Client& client) {
    const bool there = serve(client);
    if (!there) ::close(client.socket);
    return !there;
  });
}

// False when the client has gone.
bool ControlSocket::serve(Client& client) {
  std::array<char, 512> text;
  const ssize_t size = ::read(client.socket, text.data(), text.size());
  if (size <= 0) return size < 0 && errno == EAGAIN;
  client.partial.append(text.data(), static_cast<std::size_t>(size));
  for (auto end = client.partial.find('\n'); end != std::string::npos; end = client.partial.find('\n')) {
    const std::string answer = readers_->obey(client.partial.substr(0, end)) + "\n";
    client.partial.erase(0, end + 1);
    (void)!::write(client.socket, answer.data(), answer.size());
  }
  return true;
}

int run_command(char** command, const std::vector<EventSource*>& sources) {
  ::signal(SIGPIPE, SIG_IGN);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGPIPE, SIG_DFL);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() == parent) ::execvp(command[0], command);
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    wait_for(sources);
    for (EventSource* source : sources) source->serve();
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace myna::emulator
