// SPDX-License-Identifier: Apache-2.0
// myna pin status, myna pin verify
#include <algorithm>

#include "cli/pin_input.hpp"
#include "cli/pin_view.hpp"

namespace myna::cli {
namespace {

constexpr std::array<Text, 5> kStates{Text{"full", "正常"}, Text{"a wrong entry was made", "入力ミスあり"},
                                      Text{"LAST TRY", "残り1回"}, Text{"BLOCKED", "ロック中"},
                                      Text{"verified, count unknown", "照合済み（残り回数不明）"}};

struct NamedStatus {
  const PinRow* row;
  PinStatus status;
};

bool wanted(const std::vector<std::string>& names, const PinRow& row) {
  return names.empty() || std::ranges::find(names, row.name) != names.end();
}

using Counters = std::vector<NamedStatus>;

Status read_jpki(CardTransaction& transaction, const std::vector<const PinRow*>& rows, Counters& counters) {
  MYNA_TRY(auto jpki, JpkiApplication::select(transaction));
  for (const PinRow* row : rows) {
    MYNA_TRY(const PinStatus status, jpki.pin_status(row->kind));
    counters.push_back({row, status});
  }
  return {};
}

Status read_text(CardTransaction& transaction, const PinRow& row, Counters& counters) {
  MYNA_TRY(auto text, TextApplication::select(transaction));
  MYNA_TRY(const PinStatus status, text.pin_status());
  counters.push_back({&row, status});
  return {};
}

bool lacks_application(const Status& status) {
  return !status && (status.error().code == Errc::card_foreign || status.error().code == Errc::file_absent);
}

// A phone has no text application: that is an error only when its PIN was asked for by name.
Result<Counters> read_counters(CardTransaction& transaction, const std::vector<std::string>& names) {
  std::vector<const PinRow*> jpki;
  const PinRow& text = pin_row(my_number_profile(), PinKind::text);
  for (const PinRow& row : my_number_profile().pins) {
    if (row.kind != PinKind::text && wanted(names, row)) jpki.push_back(&row);
  }
  Counters counters;
  if (!jpki.empty()) MYNA_CHECK(read_jpki(transaction, jpki, counters));
  if (!wanted(names, text)) return counters;
  const Status read = read_text(transaction, text, counters);
  if (!read && !(names.empty() && lacks_application(read))) return Unexpected(read.error());
  return counters;
}

template <PinKind Kind>
Status verify(Context& context, OpenCard& card) {
  MYNA_TRY(auto pin, obtain_pin<Kind>(context, card, nullptr));
  return in_jpki(card, [&](JpkiApplication& jpki) { return use_pin(context, card, jpki, std::move(pin)); });
}

template <>
Status verify<PinKind::text>(Context& context, OpenCard& card) {
  MYNA_TRY(auto pin, obtain_text_pin(context, card));
  return in_application<TextApplication>(
      card, [&](TextApplication& text) { return use_pin(context, card, text, std::move(pin)); });
}

struct Verifier {
  PinKind kind;
  Status (*verify)(Context&, OpenCard&);
};

constexpr std::array kVerifiers{Verifier{PinKind::auth, verify<PinKind::auth>}, Verifier{PinKind::sign, verify<PinKind::sign>},
                                Verifier{PinKind::text, verify<PinKind::text>}};

Status verify_named(Context& context, OpenCard& card) {
  const PinRow& row = *std::ranges::find(my_number_profile().pins, context.invocation.pin.names.front(), &PinRow::name);
  return std::ranges::find(kVerifiers, row.kind, &Verifier::kind)->verify(context, card);
}

}  // namespace

Json pin_json(const PinRow& row, const PinStatus& status) {
  Json json{{"name", row.name}, {"remaining", nullptr}, {"maximum", status.maximum()}, {"state", to_string(status.state())}};
  if (status.remaining()) json["remaining"] = *status.remaining();
  json["reset_at"] = Json::array({"municipal-office"});
  if (row.kiosk_unblock) json["reset_at"].push_back("convenience-store-kiosk-with-phone-app");
  return json;
}

void show_pin(Output& output, const PinRow& row, const PinStatus& status) {
  const Words& words = output.words();
  const std::string left = status.remaining() ? std::to_string(*status.remaining()) : "?";
  const std::string state = words(kStates.at(static_cast<std::size_t>(status.state())));
  output.line(words(row.title) + " (" + std::string(row.name) + "): " + left + '/' + std::to_string(status.maximum()) + ' ' +
              state);
  if (status.blocked()) output.line("  " + words(describe(Errc::pin_blocked).advice));
}

Exit run_pin_status(Context& context) {
  auto card = open_card(context);
  if (!card) return context.output.error(card.error());
  auto transaction = card->card.begin();
  if (!transaction) return context.output.error(transaction.error());
  const auto counters = read_counters(*transaction, context.invocation.pin.names);
  if (!counters) return context.output.error(counters.error());
  context.output.document()["pins"] = Json::array();
  for (const NamedStatus& counter : *counters) {
    context.output.document()["pins"].push_back(pin_json(*counter.row, counter.status));
    show_pin(context.output, *counter.row, counter.status);
  }
  return Exit::good;
}

Exit run_pin_verify(Context& context) {
  auto card = open_card(context);
  if (!card) return context.output.error(card.error());
  const Status verified = verify_named(context, *card);
  if (!verified) return context.output.error(verified.error());
  context.output.document()["verified"] = context.invocation.pin.names.front();
  context.output.line(context.words()({"The PIN is right.", "暗証番号は正しいです。"}));
  return Exit::good;
}

}  // namespace myna::cli
