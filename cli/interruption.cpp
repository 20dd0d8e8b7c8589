// SPDX-License-Identifier: Apache-2.0
#include "cli/interruption.hpp"

#include <csignal>

namespace myna::cli {
namespace {

constexpr int kEndOfWatch = SIGUSR2;

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, kEndOfWatch}) sigaddset(&set, signal);
  return set;
}

void watch(std::stop_source source) {
  const sigset_t set = watched_signals();
  int signal = 0;
  while (sigwait(&set, &signal) == 0 && signal != kEndOfWatch) source.request_stop();
}

}  // namespace

Interruption::Interruption() {
  const sigset_t set = watched_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  watcher_ = std::thread(watch, source_);
}

Interruption::~Interruption() {
  pthread_kill(watcher_.native_handle(), kEndOfWatch);
  watcher_.join();
}

}  // namespace myna::cli
