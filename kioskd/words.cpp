// SPDX-License-Identifier: Apache-2.0
#include "words.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "myna/core/base64.hpp"
#include "myna/core/dates.hpp"
#include "myna/core/enum_table.hpp"

namespace myna::kioskd {
namespace {

using kiosk::Held;
using kiosk::NoticeKind;

std::string_view kind_name(CardKind kind) {
  const auto profiles = card_profiles();
  const auto found = std::ranges::find(profiles, kind, &CardProfile::kind);
  return found == profiles.end() ? "foreign" : (*found)->name;
}

std::string base64_of(const SecretBytes& bytes) { return base64(bytes.view()); }
std::string text_of(const SecretBytes& bytes) { return std::string(as_text(bytes.view())); }

// YYYY-MM-DD; a register without the day writes 00, and so do we.
std::string dashed(std::string_view digits) {
  if (digits.size() != 8) return std::string(digits);
  return std::string(digits.substr(0, 4)) + '-' + std::string(digits.substr(4, 2)) + '-' + std::string(digits.substr(6));
}

// The proof by name, and beside it why it is not proven or failed: under `reason`, or NAME_reason.
void add_verdict(Json& to, const std::string& name, Verdict verdict) {
  to[name] = to_string(verdict.proof);
  if (verdict.reason != Reason::none) to[name == "result" ? "reason" : name + "_reason"] = to_string(verdict.reason);
}

Json report_of(const AuthenticityReport& report) {
  Json lines = Json::array();
  for (const ReportLine& line : report.lines()) {
    Json row = to_json(describe(line.check));
    row["check"] = to_string(line.check);
    add_verdict(row, "result", line.verdict);
    lines.push_back(std::move(row));
  }
  return lines;
}

struct MetricRow {
  const char* name;
  const char* help;
  std::uint64_t kiosk::Metrics::*value;
};
constexpr std::array kMetrics{
    MetricRow{"sessions_total", "My Number cards recognised", &kiosk::Metrics::sessions},
    MetricRow{"foreign_cards_total", "Other cards", &kiosk::Metrics::foreign_cards},
    MetricRow{"operations_total", "Operations begun", &kiosk::Metrics::operations},
    MetricRow{"operations_failed_total", "Operations that failed", &kiosk::Metrics::operations_failed},
    MetricRow{"pins_sent_total", "PINs sent to cards", &kiosk::Metrics::pins_sent},
    MetricRow{"pins_refused_total", "PINs that cards refused", &kiosk::Metrics::pins_refused},
    MetricRow{"commits_total", "Confirmations by the same card", &kiosk::Metrics::commits},
    MetricRow{"left_behind_total", "Cards left behind", &kiosk::Metrics::left_behind},
    MetricRow{"reader_losses_total", "Readers lost", &kiosk::Metrics::reader_losses},
    MetricRow{"reader_returns_total", "Readers that came back", &kiosk::Metrics::reader_returns},
    MetricRow{"service_losses_total", "Losses of the reader service", &kiosk::Metrics::service_losses},
    MetricRow{"reconnects_total", "Connections made anew", &kiosk::Metrics::reconnects},
    MetricRow{"revivals_total", "Readers reset by force", &kiosk::Metrics::revivals},
    MetricRow{"hangs_total", "Readers that hung", &kiosk::Metrics::hangs},
    MetricRow{"apdus_total", "Commands sent to cards", &kiosk::Metrics::apdus},
};

std::string metric(const char* name, const char* help, const char* type, std::uint64_t value) {
  const std::string full = std::string("myna_kiosk_") + name;
  return "# HELP " + full + ' ' + help + "\n# TYPE " + full + ' ' + type + '\n' + full + ' ' + std::to_string(value) + '\n';
}

constexpr auto kNoticeNames = names_for<NoticeKind>({"", "state", "finished", "committed", "dropped", "lost"});

}  // namespace

const std::string* text_in(const Json& params, const char* name) {
  const auto found = params.find(name);
  return found == params.end() ? nullptr : found->get_ptr<const std::string*>();
}

Json to_json(Text text) { return {{"en", text.en}, {"ja", text.ja}}; }

Json rpc_error(int code, std::string_view message) { return {{"code", code}, {"message", message}}; }

Json rpc_error(const Error& error) {
  const ErrorText& text = describe(error.code);
  Json data{{"name", text.name}, {"message", to_json(text.message)}, {"advice", to_json(text.advice)}};
  if (error.tries_left) data["tries_left"] = *error.tries_left;
  if (error.about != nullptr) data["about"] = to_json(*error.about);
  return {{"code", kRefused}, {"message", text.message.en}, {"data", std::move(data)}};
}

Json to_json(const kiosk::ReaderView& reader) {
  return {{"reader", reader.name},
          {"state", to_string(reader.state)},
          {"text", to_json(describe(reader.state))},
          {"virtual", reader.is_virtual},
          {"session", reader.session}};
}

Json to_json(const kiosk::Notice& notice) {
  Json params{{"reader", notice.reader}, {"session", notice.session}};
  switch (notice.kind) {
    case NoticeKind::state: params["state"] = to_string(notice.state); params["text"] = to_json(describe(notice.state)); break;
    case NoticeKind::finished: params["operation"] = notice.operation; break;
    case NoticeKind::committed:
    case NoticeKind::dropped: params["label"] = notice.label; break;
    case NoticeKind::nothing:
    case NoticeKind::lost: params = Json::object(); break;
  }
  if (notice.error) params["error"] = rpc_error(*notice.error)["data"];
  return {{"jsonrpc", "2.0"}, {"method", kNoticeNames[notice.kind]}, {"params", std::move(params)}};
}

std::string prometheus(const kiosk::Metrics& metrics, std::size_t clients, std::size_t readers) {
  std::string text = metric("clients", "Programs connected", "gauge", clients) + metric("readers", "Readers known", "gauge", readers);
  for (const MetricRow& row : kMetrics) text += metric(row.name, row.help, "counter", metrics.*row.value);
  return text;
}

Json identity_of(const Held& held) {
  Json answer{{"kind", kind_name(held.identity->kind)}, {"pseudonym", held.identity->pseudonym}};
  if (!held.identity->record) return answer;
  answer["expiry"] = dashed(held.identity->record->expiry);
  answer["municipality"] = held.identity->record->municipality_code;
  answer["prefecture"] = to_json(prefecture_of(held.identity->record->municipality_code));
  return answer;
}

Json counters_of(const Held& held) {
  Json list = Json::array();
  for (const auto& [named, status, object] : held.counters) {
    const PinRow& row = *named;
    const std::string_view state = status ? to_string(status->state()) : to_string(object);
    Json one{{"pin", row.name}, {"title", to_json(row.title)}, {"maximum", row.tries}, {"state", state}};
    one["remaining"] = status && status->remaining() ? Json(*status->remaining()) : Json();
    list.push_back(std::move(one));
  }
  return {{"counters", std::move(list)}};
}

// `forged` is said only where something does not fit together.
Json judged(const AuthenticityReport& report) {
  Json answer{{"forged", report.any(Proof::failed)}, {"report", report_of(report)}};
  add_verdict(answer, "genuine", report.verdict());
  return answer;
}

Json attributes_of(const Held& held) {
  Json answer = judged(held.attributes->report);
  if (const auto& values = held.attributes->values) {
    answer["attributes"] = {{"name", text_of(values->name)}, {"address", text_of(values->address)},
                            {"birth_date", dashed(as_text(values->birth_date.view()))}, {"sex", to_string(values->sex)}};
  }
  return answer;
}

Json face_of(const Held& held) {
  Json answer = judged(held.face->report);
  if (const auto& values = held.face->values) {
    answer["face"] = {{"birth_date", dashed(as_text(values->birth_date.view()))},
                      {"sex", to_string(values->sex)},
                      {"expiry", dashed(as_text(values->expiry.view()))},
                      {"name_png", base64_of(values->name_png)},
                      {"address_png", base64_of(values->address_png)},
                      {"photo_png", base64_of(held.face->photo_png)}};
  }
  return answer;
}

Json log_in_of(const Held& held) {
  Json answer{{"certificate", base64_of(held.log_in->certificate)}, {"issuer", base64_of(held.log_in->issuer)},
              {"signature", base64(held.log_in->signature)}};
  add_verdict(answer, "chain", held.log_in->chain);
  return answer;
}

Json age_of(const Held& held) {
  Json answer{{"old_enough", held.age->old_enough}};
  add_verdict(answer, "genuine", held.age->genuine);
  return answer;
}

Json signature_of(const Held& held) {
  Json answer{{"signature", base64(held.signature->value)}, {"certificate", base64_of(held.signature->certificate)}};
  add_verdict(answer, "chain", held.signature->chain);
  return answer;
}

Json certificate_of(const Held& held) {
  return {{"kind", certificate_row(my_number_profile(), held.certificate->kind).name}, {"certificate", base64_of(held.certificate->der)}};
}

Json renewal_of(const Held& held) {
  const Renewal& renewal = *held.renewal;
  return {{"certificate_until", iso_day(day_in_japan(renewal.certificate_until))},
          {"card_until", iso_day(renewal.card_until)},
          {"days_left", renewal.days_left},
          {"due", renewal.due},
          {"link", renewal.link}};
}

Json nothing_of(const Held&) { return Json::object(); }

std::string line_of(const Json& document) { return document.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n'; }

}  // namespace myna::kioskd
