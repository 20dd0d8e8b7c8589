// SPDX-License-Identifier: Apache-2.0
#include "interruption.hpp"

#include <unistd.h>

#include <csignal>
#include <set>

#include "cli/exit_code.hpp"
#include "myna/core/mutex.hpp"

namespace myna::cli {
namespace {

constexpr int kEndOfWatch = SIGUSR2;

// What an end must not leave behind.
struct Held {
  Mutex mutex;
  int cards MYNA_GUARDED_BY(mutex) = 0;
  std::multiset<std::string> files MYNA_GUARDED_BY(mutex);
};

Held& held() {
  static Held all;
  return all;
}

std::stop_source& end() {
  static std::stop_source source;
  return source;
}

sigset_t set_of(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  return set;
}

// SIGPIPE is blocked and waited for by nobody: a write then says EPIPE.
sigset_t blocked_signals() { return set_of({SIGINT, SIGTERM, SIGHUP, SIGPIPE, kEndOfWatch}); }
sigset_t watched_signals() { return set_of({SIGINT, SIGTERM, SIGHUP, kEndOfWatch}); }

// The mutex stays locked: nothing is opened any more.
void end_unless_a_card_is_open() {
  Held& all = held();
  all.mutex.lock();
  if (all.cards > 0) return all.mutex.unlock();
  for (const std::string& file : all.files) ::unlink(file.c_str());
  ::_exit(static_cast<int>(Exit::interrupted));
}

// False when the watch is over.
bool next_signal(const timespec* patience) {
  const sigset_t set = watched_signals();
  return sigtimedwait(&set, nullptr, patience) != kEndOfWatch;
}

void watch() {
  constexpr timespec kPatience{0, std::chrono::nanoseconds(Interruption::kGrace).count()};
  if (!next_signal(nullptr)) return;
  Interruption::ask_for_end();
  while (next_signal(&kPatience)) end_unless_a_card_is_open();
}

}  // namespace

Interruption::Interruption() {
  const sigset_t set = blocked_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  watcher_ = std::thread(watch);
}

Interruption::~Interruption() {
  pthread_kill(watcher_.native_handle(), kEndOfWatch);
  watcher_.join();
}

std::stop_token Interruption::token() { return end().get_token(); }

void Interruption::ask_for_end() { end().request_stop(); }

CardInUse::CardInUse() {
  Held& all = held();
  const MutexLock lock(all.mutex);
  ++all.cards;
}

CardInUse::~CardInUse() {
  Held& all = held();
  const MutexLock lock(all.mutex);
  --all.cards;
}

Unfinished::Unfinished(std::string path) : path_(std::move(path)) {
  Held& all = held();
  const MutexLock lock(all.mutex);
  all.files.insert(path_);
}

Unfinished::~Unfinished() {
  Held& all = held();
  const MutexLock lock(all.mutex);
  if (const auto found = all.files.find(path_); found != all.files.end()) all.files.erase(found);
}

}  // namespace myna::cli
