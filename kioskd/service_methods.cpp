// SPDX-License-Identifier: Apache-2.0
// The methods of the service that are answered at once.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "service.hpp"

namespace myna::kioskd {

const std::array<Service::Method, 12> Service::kMethods{
    Method{"hello", &Service::hello},
    Method{"readers", &Service::readers},
    Method{"metrics", &Service::metrics},
    Method{"pin.want", &Service::want_pin},
    Method{"pin.decline", &Service::decline_pin},
    Method{"touch", &Service::touch},
    Method{"confirm", &Service::confirm},
    Method{"cancel", &Service::cancel},
    Method{"cancel-operation", &Service::cancel_operation},
    Method{"trial.cards", &Service::trial_cards},
    Method{"trial.insert", &Service::trial_insert},
    Method{"trial.remove", &Service::trial_remove},
};

void Service::reply(Client& client, const Json& id, Reply&& reply, const kiosk::SessionPtr& about) {
  Json document{{"jsonrpc", "2.0"}, {"id", id}};
  document[reply.good ? "result" : "error"] = std::move(reply.body);
  client.send(line_of(document), about, Clock::now());
}

Result<kiosk::SessionPtr> Service::session_in(const Json& params) const {
  const std::string* reader = text_in(params, "reader");
  const auto number = params.find("session");
  auto session = reader == nullptr ? nullptr : kiosk_.session(*reader);
  // The number, so that a request which was meant for the card before cannot meet this one.
  if (!session || number == params.end() || !number->is_number_unsigned() || *number != session->number()) return fail(Errc::session_ended);
  return session;
}

Service::Reply Service::person_did(const Json& params, Status (kiosk::Kiosk::*what)(const kiosk::SessionPtr&)) {
  const auto session = session_in(params);
  if (!session) return {rpc_error(session.error()), false};
  const Status done = (kiosk_.*what)(*session);
  return done ? Reply{Json::object()} : Reply{rpc_error(done.error()), false};
}

Service::Reply Service::hello(Client& client, const Json& params) {
  if (!client.trusted()) {
    const std::string* token = text_in(params, "token");
    if (token == nullptr || token_.empty() || !equal_constant_time(as_bytes(*token), token_.view())) {
      client.finish();
      return {rpc_error(kTokenNeeded, "wrong token"), false};
    }
    const auto is_page = [](const auto& one) { return one->kind() == ClientKind::page && one->trusted() && !one->is_leaving(); };
    if (std::ranges::any_of(clients_, is_page)) {
      client.finish();
      return {rpc_error(kPageConnected, "a page is connected already"), false};
    }
    client.trust();
  }
  return {{{"service", "myna-kioskd"}, {"version", MYNA_VERSION}, {"protocol", 1}, {"trial", trial_.has_value()}}};
}

Service::Reply Service::readers(Client&, const Json&) {
  Json list = Json::array();
  for (const kiosk::ReaderView& reader : kiosk_.readers()) list.push_back(to_json(reader));
  return {{{"readers", std::move(list)}}};
}

Service::Reply Service::metrics(Client&, const Json&) {
  return {{{"text", prometheus(kiosk_.metrics(), clients_.size(), kiosk_.readers().size())}}};
}

Service::Reply Service::want_pin(Client&, const Json& params) { return person_did(params, &kiosk::Kiosk::want_pin); }
Service::Reply Service::decline_pin(Client&, const Json& params) { return person_did(params, &kiosk::Kiosk::decline_pin); }
Service::Reply Service::touch(Client&, const Json& params) { return person_did(params, &kiosk::Kiosk::touch); }

Service::Reply Service::confirm(Client&, const Json& params) {
  const std::string* label = text_in(params, "label");
  if (label == nullptr || !kiosk::check_label(*label)) return {rpc_error(kInvalidParams, "label: 1 to 200 bytes of text"), false};
  const auto session = session_in(params);
  if (!session) return {rpc_error(session.error()), false};
  const Status asked = kiosk_.confirm(*session, *label);
  return asked ? Reply{Json::object()} : Reply{rpc_error(asked.error()), false};
}

Service::Reply Service::cancel(Client&, const Json& params) {
  const std::string* reader = text_in(params, "reader");
  if (reader == nullptr) return {rpc_error(kInvalidParams, "reader is missing"), false};
  const Status done = kiosk_.cancel(*reader);
  return done ? Reply{Json::object()} : Reply{rpc_error(done.error()), false};
}

Service::Reply Service::cancel_operation(Client&, const Json& params) {
  const auto session = session_in(params);
  if (!session) return {rpc_error(session.error()), false};
  kiosk_.cancel_operation(*session);
  return {Json::object()};
}

Service::Reply Service::trial_cards(Client&, const Json&) {
  if (!trial_) return {rpc_error(kMethodNotFound, "no trial"), false};
  return {{{"cards", trial_->cards()}}};
}

Service::Reply Service::trial_insert(Client&, const Json& params) {
  const std::string* card = text_in(params, "card");
  if (!trial_) return {rpc_error(kMethodNotFound, "no trial"), false};
  if (card == nullptr || !trial_->insert(*card)) return {rpc_error(kInvalidParams, "no such card"), false};
  return {Json::object()};
}

Service::Reply Service::trial_remove(Client&, const Json&) {
  if (!trial_) return {rpc_error(kMethodNotFound, "no trial"), false};
  return trial_->remove() ? Reply{Json::object()} : Reply{rpc_error(kInvalidParams, "no card lies there"), false};
}

}  // namespace myna::kioskd
