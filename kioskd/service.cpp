// SPDX-License-Identifier: Apache-2.0
#include "service.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "kioskd/process/hardening.hpp"
#include "kioskd/front/listener.hpp"
#include "kioskd/process/service_log.hpp"
#include "kioskd/process/service_manager.hpp"

namespace myna::kioskd {
namespace {

constexpr std::chrono::milliseconds kTick{1000};
constexpr std::chrono::milliseconds kOrphan{1000};   // a session's last notices have long come by then

const char* directory_of(const std::string& reader) { return reader.c_str() + std::string_view("virtual:").size(); }

constexpr std::size_t kSources = 4;
constexpr std::size_t kMostStrangers = 16;           // pages that have not shown the token yet
constexpr int kMostDepth = 8;                        // of a request: what recurses over a document stays shallow

std::vector<pollfd> watched(const Sources& sources, int notices, const Clients& clients) {
  std::vector<pollfd> list{{sources.signals, POLLIN, 0}, {notices, POLLIN, 0}, {sources.listener, POLLIN, 0}, {sources.adopted, POLLIN, 0}};
  for (const auto& client : clients) list.push_back({client->descriptor(), client->events(), 0});
  return list;
}

// Discarded: not JSON, or nested too deep.
Json parse(const std::string& line) {
  bool shallow = true;
  const auto see = [&shallow](int depth, Json::parse_event_t, const Json&) { return shallow = shallow && depth <= kMostDepth; };
  Json document = Json::parse(line, see, false);
  return shallow ? document : Json(Json::value_t::discarded);
}

}  // namespace

Service::Service(const Settings& settings, kiosk::Kiosk& kiosk, SecretBytes token)
    : settings_(settings), kiosk_(kiosk), token_(std::move(token)) {
  if (!settings.trial_cards.empty()) trial_.emplace(directory_of(settings.readers.front()), settings.trial_cards);
}

// A round. Whoever was there at its beginning is there until its end: clients come behind the present ones, and go in drop_clients() alone.
void Service::run(const Sources& sources) {
  const auto period = std::min(kTick, watchdog_period().value_or(kTick));
  Clock::time_point told{};
  tell_manager("READY=1");
  while (true) {
    const Clients present = clients_;
    auto list = watched(sources, kiosk_.notice_fd(), present);
    if (::poll(list.data(), list.size(), static_cast<int>(period.count())) < 0 && errno != EINTR) break;
    const auto now = Clock::now();
    // Not in every round: the manager would have to read as many of them as others ask questions.
    if (now - told >= period / 2) tell_manager("WATCHDOG=1"), told = now;
    if (list[0].revents != 0) break;
    fetch_notices();
    for (std::size_t i = 0; i < present.size(); ++i) {
      if ((list[kSources + i].revents & (POLLIN | POLLHUP | POLLERR)) != 0) serve(*present[i]);
    }
    if (list[2].revents != 0) accept_client(sources.listener);
    if (list[3].revents != 0) adopt_clients(sources.adopted);
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
  const auto is_program = [](const auto& client) { return client->kind() == ClientKind::program && !client->is_over(); };
  const auto programs = static_cast<std::size_t>(std::ranges::count_if(clients_, is_program));
  if (known && programs < settings_.clients) {
    clients_.push_back(std::make_shared<Client>(next_client_++, connection, ClientKind::program));
    return;
  }
  log_line(known ? "a client was refused: there are as many as are allowed"
                 : "a client was refused: user " + (user ? std::to_string(*user) : "unknown"));
  ::close(connection);
}

void Service::adopt_clients(int pipe) {
  std::array<int, kMostStrangers> connections{};
  const ssize_t got = ::read(pipe, connections.data(), sizeof(connections));
  for (std::size_t i = 0; got > 0 && i < static_cast<std::size_t>(got) / sizeof(int); ++i) {
    clients_.push_back(std::make_shared<Client>(next_client_++, connections.at(i), ClientKind::page));
  }
  evict_strangers();
}

// The oldest go first: whoever has the token shows it at once, and whoever only takes a place has no claim to it.
void Service::evict_strangers() {
  const auto is_stranger = [](const auto& client) { return !client->trusted() && !client->is_over(); };
  auto too_many = std::ranges::count_if(clients_, is_stranger) - static_cast<std::ptrdiff_t>(kMostStrangers);
  for (const auto& client : clients_) {
    if (too_many > 0 && is_stranger(client)) client->cut(), --too_many;
  }
}

void Service::serve(Client& client) {
  const bool more = client.receive();
  while (const auto line = client.next_line()) {
    if (!client.may_ask(Clock::now())) {
      reply(client, Json(), {rpc_error(kTooManyRequests, "too many requests"), false});
      client.finish();
      break;
    }
    answer_line(client, *line);
  }
  if (!more) client.finish();
}

void Service::drop_clients(Clock::time_point now) {
  for (const auto& client : clients_) client->flush(now);
  std::erase_if(clients_, [now](const auto& client) {
    if (client->too_slow(now)) log_line("a client that does not read was dropped");
    return client->is_over() || client->too_slow(now) || client->too_shy(now);
  });
}

void Service::answer_line(Client& client, const std::string& line) {
  if (client.trusted() && line.starts_with("GET ")) return answer_scrape(client);
  const Json request = parse(line);
  if (request.is_discarded()) return reply(client, Json(), {rpc_error(kParseError, "not JSON, or nested too deep"), false});
  answer_request(client, request);
}

// Prometheus scrapes over HTTP; this much of it: curl --unix-socket SOCKET http://localhost/metrics
void Service::answer_scrape(Client& client) {
  const std::string body = prometheus(kiosk_.metrics(), clients_.size(), kiosk_.readers().size());
  client.send(
      "HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body,
      {}, Clock::now());
  client.finish();
}

void Service::answer_request(Client& client, const Json& request) {
  const Json id = request.is_object() ? request.value("id", Json()) : Json();
  const bool whole = request.is_object() && (id.is_string() || id.is_number_integer()) && request.value("jsonrpc", Json()) == "2.0" &&
                     request.contains("method") && request["method"].is_string();
  if (!whole) {
    return reply(client, id.is_structured() ? Json() : id, {rpc_error(kInvalidRequest, "no request of JSON-RPC 2.0 with an id"), false});
  }
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
  // submit() checks as well, but says the same of what is not allowed now
  const Status right = request ? check(*request) : Status{Unexpected(request.error())};
  if (!right) {
    const bool params_wrong = right.error().code == Errc::invalid_argument;
    return reply(client, id, {params_wrong ? rpc_error(kInvalidParams, "params are not as documented") : rpc_error(right.error()), false}),
           true;
  }
  const auto operation = kiosk_.submit(*session, *std::move(request));
  if (!operation) return reply(client, id, {rpc_error(operation.error()), false}), true;
  pending_.emplace(std::pair((*session)->reader(), *operation), Pending{.client = client.id(), .id = id, .row = &*row,
                                                                        .session = *session});
  return true;
}

void Service::fetch_notices() {
  while (true) {
    const auto notice = kiosk_.wait({}, std::chrono::milliseconds(0));
    if (!notice || notice->kind == kiosk::NoticeKind::nothing) return;
    if (notice->kind == kiosk::NoticeKind::state) {
      log_line(notice->reader + ": " + std::string(to_string(notice->state)) +
               (notice->error ? ", " + std::string(describe(notice->error->code).name) : ""));
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
  reply(**client, pending.id, {std::move(answer)}, pending.session);
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

}  // namespace myna::kioskd
