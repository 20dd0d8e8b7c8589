// SPDX-License-Identifier: Apache-2.0
#include "kiosk/service.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "kiosk/hardening.hpp"
#include "kiosk/listener.hpp"
#include "kiosk/log.hpp"
#include "kiosk/service_manager.hpp"

namespace myna::kioskd {
namespace {

constexpr std::chrono::milliseconds kTick{1000};
constexpr std::chrono::milliseconds kOrphan{1000};   // a session's last notices have long come by then

const char* directory_of(const std::string& reader) { return reader.c_str() + std::string_view("virtual:").size(); }

std::vector<pollfd> watched(const Sources& sources, int notices, const std::vector<std::unique_ptr<Client>>& clients) {
  std::vector<pollfd> list{{sources.signals, POLLIN, 0}, {notices, POLLIN, 0}, {sources.listener, POLLIN, 0}, {sources.adopted, POLLIN, 0}};
  for (const auto& client : clients) list.push_back({client->descriptor(), static_cast<short>(POLLIN | (client->wants_to_write() ? POLLOUT : 0)), 0});
  return list;
}

}  // namespace

Service::Service(const Settings& settings, kiosk::Kiosk& kiosk, SecretBytes token) : settings_(settings), kiosk_(kiosk), token_(std::move(token)) {
  if (!settings.trial_cards.empty()) trial_.emplace(directory_of(settings.readers.front()), settings.trial_cards);
}

void Service::run(const Sources& sources) {
  const auto period = std::min(kTick, watchdog_period().value_or(kTick));
  tell_manager("READY=1");
  while (true) {
    auto list = watched(sources, kiosk_.notice_fd(), clients_);
    if (::poll(list.data(), list.size(), static_cast<int>(period.count())) < 0 && errno != EINTR) break;
    tell_manager("WATCHDOG=1");
    if (list[0].revents != 0) break;
    fetch_notices();
    // Those of this round: new ones come behind them.
    for (std::size_t i = 4; i < list.size(); ++i) {
      Client& client = *clients_[i - 4];
      if ((list[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0) serve(client);
    }
    if (list[2].revents != 0) accept_client(sources.listener);
    if (list[3].revents != 0) adopt_client(sources.adopted);
    fail_orphans(Clock::now());
    drop_clients(Clock::now());
    scrub_stack();
  }
  tell_manager("STOPPING=1");
  clients_.clear();
}

void Service::accept_client(int listener) {
  const int connection = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (connection < 0) return;
  const auto user = user_behind(connection);
  const auto& users = settings_.users;
  const bool known = user && (users.empty() ? *user == ::geteuid() : std::ranges::find(users, *user) != users.end());
  const auto trusted = static_cast<std::size_t>(std::ranges::count_if(clients_, [](const auto& client) { return client->trusted(); }));
  if (known && trusted < settings_.clients) {
    clients_.push_back(std::make_unique<Client>(next_client_++, connection, true));
    return;
  }
  log_line(known ? "a client was refused: there are as many as are allowed" : "a client was refused: user " + (user ? std::to_string(*user) : "unknown"));
  ::close(connection);
}

void Service::adopt_client(int pipe) {
  int connection = -1;
  if (::read(pipe, &connection, sizeof(connection)) == sizeof(connection)) clients_.push_back(std::make_unique<Client>(next_client_++, connection, false));
}

void Service::serve(Client& client) {
  const bool there = client.receive();
  while (const auto line = client.next_line()) {
    if (!client.may_ask(Clock::now())) {
      reply(client, Json(), {rpc_error(kTooManyRequests, "too many requests"), false});
      client.finish();
      break;
    }
    answer_line(client, *line);
  }
  if (!there) client.abandon();
}

void Service::drop_clients(Clock::time_point now) {
  std::erase_if(clients_, [now](const auto& client) {
    if (client->too_slow(now)) log_line("a client that does not read was dropped");
    return !client->flush(now) || client->finished() || client->too_slow(now) || client->too_shy(now);
  });
}

void Service::answer_line(Client& client, const std::string& line) {
  if (client.trusted() && line.starts_with("GET ")) return answer_scrape(client);
  const Json request = Json::parse(line, nullptr, false);
  if (request.is_discarded()) return reply(client, Json(), {rpc_error(kParseError, "not JSON"), false});
  answer_request(client, request);
}

// Prometheus scrapes over HTTP; this much of it: curl --unix-socket SOCKET http://localhost/metrics
void Service::answer_scrape(Client& client) {
  const std::string body = prometheus(kiosk_.metrics(), clients_.size(), kiosk_.readers().size());
  client.send("HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body, {}, Clock::now());
  client.finish();
}

void Service::answer_request(Client& client, const Json& request) {
  const Json id = request.is_object() ? request.value("id", Json()) : Json();
  const bool whole = request.is_object() && (id.is_string() || id.is_number_integer()) && request.value("jsonrpc", Json()) == "2.0" && request.contains("method") &&
                     request["method"].is_string();
  if (!whole) return reply(client, id.is_structured() ? Json() : id, {rpc_error(kInvalidRequest, "no request of JSON-RPC 2.0 with an id"), false});
  const auto& method = request["method"].get_ref<const std::string&>();
  const Json none = Json::object();
  const Json& params = request.contains("params") ? request["params"] : none;
  if (!params.is_object()) return reply(client, id, {rpc_error(kInvalidParams, "params must be an object"), false});
  if (!client.trusted() && method != "hello") {
    reply(client, id, {rpc_error(kTokenNeeded, "the first message must be hello with the token"), false});
    return client.finish();
  }
  const auto known = std::ranges::find(kMethods, std::string_view(method), &Method::name);
  if (known != kMethods.end()) return reply(client, id, (this->*known->call)(client, params));
  if (!begin_operation(client, id, method, params)) reply(client, id, {rpc_error(kMethodNotFound, "no such method"), false});
}

// False: no operation has that name.
bool Service::begin_operation(Client& client, const Json& id, std::string_view method, const Json& params) {
  const auto rows = operation_rows();
  const auto row = std::ranges::find(rows, method, &OperationRow::name);
  if (row == rows.end()) return false;
  const auto session = session_in(params);
  if (!session) return reply(client, id, {rpc_error(session.error()), false}), true;
  auto request = row->make(params);
  if (!request) {
    const bool params_wrong = request.error().code == Errc::invalid_argument;
    return reply(client, id, {params_wrong ? rpc_error(kInvalidParams, "params are not as documented") : rpc_error(request.error()), false}), true;
  }
  const auto operation = kiosk_.submit(*session, *std::move(request));
  if (!operation) return reply(client, id, {rpc_error(operation.error()), false}), true;
  pending_.emplace(std::pair((*session)->reader(), *operation), Pending{.client = client.id(), .id = id, .row = &*row, .session = *session});
  return true;
}

void Service::fetch_notices() {
  while (true) {
    const auto notice = kiosk_.wait({}, std::chrono::milliseconds(0));
    if (!notice || notice->kind == kiosk::NoticeKind::nothing) return;
    if (notice->kind == kiosk::NoticeKind::state) {
      log_line(notice->reader + ": " + std::string(to_string(notice->state)) + (notice->error ? ", " + std::string(describe(notice->error->code).name) : ""));
      if (notice->session == 0) forget(notice->reader);
    }
    if (notice->kind == kiosk::NoticeKind::finished) finish_operation(*notice);
    tell(*notice);
  }
}

void Service::tell(const kiosk::Notice& notice) {
  for (const auto& client : clients_) {
    if (client->trusted()) client->send(line_of(to_json(notice)), {}, Clock::now());
  }
}

void Service::finish_operation(const kiosk::Notice& notice) {
  auto found = pending_.extract({notice.reader, notice.operation});
  if (!found.empty()) reply_finished(found.mapped(), notice.error);
}

void Service::reply_finished(const Pending& pending, const std::optional<Error>& error) {
  const auto client = std::ranges::find(clients_, pending.client, [](const auto& one) { return one->id(); });
  if (client == clients_.end()) return;
  if (error) return reply(**client, pending.id, {rpc_error(*error), false});
  Json answer;
  const Status seen = pending.session->with([&](const kiosk::Held& held) { answer = pending.row->answer(held); });
  if (!seen) return reply(**client, pending.id, {rpc_error(seen.error()), false});
  reply(**client, pending.id, {std::move(answer)}, pending.session->reader());
}

// Notices can be lost when nobody fetches them for long; an answer never is.
void Service::fail_orphans(Clock::time_point now) {
  for (auto one = pending_.begin(); one != pending_.end();) {
    Pending& pending = one->second;
    if (!pending.session->alive() && !pending.over) pending.over = now;
    if (!pending.over || now - *pending.over < kOrphan) {
      ++one;
      continue;
    }
    reply_finished(pending, Error{.code = Errc::session_ended});
    one = pending_.erase(one);
  }
}

// The card left: what was not yet read by a client is not to be read any more.
void Service::forget(const std::string& reader) {
  std::erase_if(clients_, [&reader](const auto& client) { return !client->forget(reader); });
}

}  // namespace myna::kioskd
