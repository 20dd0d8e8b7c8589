// SPDX-License-Identifier: Apache-2.0
#include "pin_agent.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <thread>

#include "myna/core/percent.hpp"
#include "myna/core/utf8.hpp"

namespace myna::p11 {
namespace {

constexpr std::size_t kMaxLine = 1000;   // Assuan's own limit
constexpr std::chrono::milliseconds kShortest(500);
constexpr std::string_view kCancelled = "ERR 83886179";   // GPG_ERR_CANCELED, from pinentry

class Agent {
 public:
  static Result<Agent> start(const std::string& program);
  Agent(Agent&& other) noexcept : socket_(std::exchange(other.socket_, -1)), process_(std::exchange(other.process_, -1)) {}
  Agent& operator=(Agent&&) = delete;
  ~Agent();

  // One line out; then lines in, until OK or ERR. The data line, if any.
  Result<SecretBytes> ask(const std::string& command);
  Result<SecretBytes> greeting() { return answer(); }

 private:
  Agent(int socket, pid_t process) : socket_(socket), process_(process) {}
  Result<SecretBytes> line();
  Result<SecretBytes> answer();
  int socket_;
  pid_t process_;
};

Result<Agent> Agent::start(const std::string& program) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return fail_native(Errc::pin_unavailable, errno);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::string name = program;
  std::array<char*, 2> arguments{name.data(), nullptr};
  pid_t process = -1;
  const int error = ::posix_spawn(&process, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (error == 0) return Agent(ends[0], process);
  ::close(ends[0]);
  return fail_native(Errc::pin_unavailable, error);
}

// The host may wait for its children itself; that it is gone is all that matters.
Agent::~Agent() {
  if (socket_ < 0) return;
  ::close(socket_);
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<SecretBytes> Agent::line() {
  SecretBytes text;
  while (text.size() < kMaxLine) {
    Byte next = 0;
    const ssize_t count = ::recv(socket_, &next, 1, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return fail(Errc::pin_unavailable);
    if (next == '\n') return text;
    text.append({&next, 1});
    wipe(&next, 1);
  }
  return fail(Errc::pin_unavailable);
}

Result<SecretBytes> Agent::answer() {
  SecretBytes data;
  while (true) {
    MYNA_TRY(SecretBytes next, line());
    const std::string_view text = as_text(next.view());
    if (text.starts_with("OK")) return data;
    if (text.starts_with(kCancelled)) return fail(Errc::cancelled);
    if (text.starts_with("ERR")) return fail(Errc::pin_unavailable);
    if (text.starts_with("D ")) data = SecretBytes(next.view().subspan(2));
  }
}

Result<SecretBytes> Agent::ask(const std::string& command) {
  const std::string line = command + '\n';
  if (::send(socket_, line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size())) return fail(Errc::pin_unavailable);
  return answer();
}

// %XX in data lines; a lone % is one.
SecretBytes unescaped(ByteView text) {
  SecretBytes plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto escaped = escaped_byte(as_text(text.subspan(i)));
    const Byte c = escaped.value_or(text[i]);
    plain.append({&c, 1});
    if (escaped) i += 2;
  }
  return plain;
}

// Assuan does not take these as they are.
bool is_plain_in_line(char c) { return c != '%' && c != '\r' && c != '\n'; }

std::string calling_program() {
  std::array<char, 64> name{};
  const int file = ::open("/proc/self/comm", O_RDONLY | O_CLOEXEC);
  const ssize_t size = file < 0 ? 0 : ::read(file, name.data(), name.size() - 1);
  if (file >= 0) ::close(file);
  return size > 1 ? printable({name.data(), static_cast<std::size_t>(size) - 1}) : "?";   // a process gives itself any name
}

std::string description(const PinRow& pin, const PinStatus& status) {
  const std::string left = status.remaining() ? std::to_string(*status.remaining()) : "?";
  return std::string(pin.title.ja) + "\n" + std::string(pin.title.en) + "\n\n" + calling_program() + "\n残り回数 / tries left: " + left +
         " / " + std::to_string(status.maximum());
}

Result<SecretBytes> converse(Agent& agent, const PinRow& pin, const PinStatus& status) {
  MYNA_CHECK(agent.greeting());
  for (const std::string& command :
       {std::string("SETTITLE My Number card"),
        "SETDESC " + percent_encoded(description(pin, status), is_plain_in_line), std::string("SETPROMPT PIN:")}) {
    MYNA_CHECK(agent.ask(command));
  }
  MYNA_TRY(const SecretBytes data, agent.ask("GETPIN"));
  return unescaped(data.view());
}

}  // namespace

Result<SecretBytes> ask_pin_agent(const std::string& program, const PinRow& pin, const PinStatus& status) {
  const auto begin = std::chrono::steady_clock::now();
  MYNA_TRY(Agent agent, Agent::start(program));
  auto typed = converse(agent, pin, status);
  std::this_thread::sleep_until(begin + kShortest);
  return typed;
}

}  // namespace myna::p11
