// SPDX-License-Identifier: Apache-2.0
// The service: JSON-RPC 2.0, one document a line, between connected programs and a kiosk. One thread, one loop.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "kioskd/front/client.hpp"
#include "operation_methods.hpp"
#include "settings.hpp"
#include "trial.hpp"

namespace myna::kioskd {

// What the loop waits on. -1 for what there is not.
struct Sources {
  int listener = -1;   // Unix socket
  int adopted = -1;    // a pipe on which descriptors of pages come, as int
  int signals = -1;    // readable: end
};

using Clients = std::vector<std::shared_ptr<Client>>;   // in the order in which they came

class Service {
 public:
  Service(const Settings& settings, kiosk::Kiosk& kiosk, SecretBytes token);
  // Until a signal comes. The manager hears READY, WATCHDOG and STOPPING.
  void run(const Sources& sources);

 private:
  struct Reply {
    Json body;          // result, or error
    bool good = true;
  };
  struct Pending {
    std::uint64_t client;
    Json id;
    const OperationRow* row;
    kiosk::SessionPtr session;
    std::optional<Clock::time_point> over{};   // since when its session is
  };
  struct Method {
    std::string_view name;
    Reply (Service::*call)(Client&, const Json& params);
  };
  static const std::array<Method, 12> kMethods;

  void accept_client(int listener);
  void adopt_clients(int pipe);
  void evict_strangers();
  void serve(Client& client);
  void answer_line(Client& client, const std::string& line);
  void answer_request(Client& client, const Json& request);
  void answer_scrape(Client& client);
  bool begin_operation(Client& client, const Json& id, std::string_view method, const Json& params);
  void finish_operation(const kiosk::Notice& notice);
  void reply_finished(const Pending& pending, const std::optional<Error>& error);
  void fetch_notices();
  void tell(const kiosk::Notice& notice);
  void fail_orphans(Clock::time_point now);
  void drop_clients(Clock::time_point now);

  void reply(Client& client, const Json& id, Reply&& reply, const kiosk::SessionPtr& about = nullptr);
  Result<kiosk::SessionPtr> session_in(const Json& params) const;
  Reply person_did(const Json& params, Status (kiosk::Kiosk::*what)(const kiosk::SessionPtr&));

  Reply hello(Client& client, const Json& params);
  Reply readers(Client& client, const Json& params);
  Reply metrics(Client& client, const Json& params);
  Reply want_pin(Client& client, const Json& params);
  Reply decline_pin(Client& client, const Json& params);
  Reply touch(Client& client, const Json& params);
  Reply confirm(Client& client, const Json& params);
  Reply cancel(Client& client, const Json& params);
  Reply cancel_operation(Client& client, const Json& params);
  Reply trial_cards(Client& client, const Json& params);
  Reply trial_insert(Client& client, const Json& params);
  Reply trial_remove(Client& client, const Json& params);

  const Settings& settings_;
  kiosk::Kiosk& kiosk_;
  SecretBytes token_;
  std::optional<Trial> trial_;
  Clients clients_;
  std::map<std::pair<std::string, std::uint64_t>, Pending> pending_;   // by reader and operation
  std::uint64_t next_client_ = 1;
};

}  // namespace myna::kioskd
