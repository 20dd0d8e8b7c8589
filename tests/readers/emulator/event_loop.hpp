// SPDX-License-Identifier: Apache-2.0
// What a program with emulated readers waits for while its command runs: the control socket, connections, moments.
#pragma once

#include <poll.h>

#include <list>
#include <string>
#include <vector>

#include "reader_set.hpp"

namespace myna::emulator {

class EventSource {
 public:
  EventSource() = default;
  EventSource(const EventSource&) = delete;
  EventSource& operator=(const EventSource&) = delete;
  virtual ~EventSource() = default;
  virtual void watch(std::vector<pollfd>& descriptors) const = 0;
  virtual TimePoint next(TimePoint otherwise) const { return otherwise; }
  virtual void serve() = 0;   // whatever is due; never waits
};

// A listening socket of the unix family; -1 when it cannot be.
int listen_on(const std::string& path);
// A new connection that never blocks; -1 when nobody waits.
int accept_from(int listener);

// Lines in, a line out for each, on any number of connections.
class ControlSocket final : public EventSource {
 public:
  ControlSocket(const std::string& path, ReaderSet& readers) : readers_(&readers), listener_(listen_on(path)) {}
  void watch(std::vector<pollfd>& descriptors) const override;
  void serve() override;

 private:
  struct Client {
    int socket;
    std::string partial;
  };
  bool serve(Client& client);

  ReaderSet* readers_;
  int listener_;
  std::list<Client> clients_;
};

// Runs a command, which ends with this program at the latest; its exit code as a shell tells it.
int run_command(char** command, const std::vector<EventSource*>& sources);

}  // namespace myna::emulator
