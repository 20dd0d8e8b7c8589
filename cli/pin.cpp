// SPDX-License-Identifier: Apache-2.0
// myna pin status, myna pin verify
#include <algorithm>
#include <array>
#include <span>

#include "cli/pin_input.hpp"
#include "cli/pin_view.hpp"

namespace myna::cli {
namespace {

constexpr std::array<Text, 5> kStates{Text{"full", "正常"}, Text{"a wrong entry was made", "入力ミスあり"},
                                      Text{"LAST TRY", "残り1回"}, Text{"BLOCKED", "ロック中"},
                                      Text{"verified, count unknown", "照合済み（残り回数不明）"}};

struct NamedStatus {
  PinRow row;
  PinStatus status;
};

bool wanted(const std::vector<std::string>& names, const PinRow& row) {
  return names.empty() || std::ranges::find(names, row.name) != names.end();
}

using Counters = std::vector<NamedStatus>;

// An application that the card lacks is an error only when one of its PINs was asked for by name; without JPKI the card is foreign.
bool may_lack(const std::vector<std::string>& names, const PinRow& row, const Error& error) {
  const bool lacks = error.code == Errc::card_foreign || error.code == Errc::file_absent;
  return names.empty() && lacks && !equal(row.application, aid::kJpki);
}

Status read_application(CardTransaction& transaction, std::span<const PinRow> rows, Counters& counters) {
  MYNA_TRY(auto application, CardApplication::select(transaction, rows.front().application));
  for (const PinRow& row : rows) {
    MYNA_TRY(const PinStatus status, application.pin_status(row));
    counters.push_back({row, status});
  }
  return {};
}

// The table keeps the PINs of an application together: one SELECT for each application.
Result<Counters> read_counters(CardTransaction& transaction, const std::vector<std::string>& names) {
  std::vector<PinRow> rows;
  Counters counters;
  for (const PinRow& row : my_number_profile().pins) {
    if (wanted(names, row)) rows.push_back(row);
  }
  for (std::span<const PinRow> rest(rows); !rest.empty();) {
    const auto other = std::ranges::find_if(rest, [&](const PinRow& row) { return !equal(row.application, rest.front().application); });
    const auto together = static_cast<std::size_t>(other - rest.begin());
    const Status read = read_application(transaction, rest.first(together), counters);
    if (!read && !may_lack(names, rest.front(), read.error())) return Unexpected(read.error());
    rest = rest.subspan(together);
  }
  return counters;
}

const PinRow& named_row(const Context& context) {
  return *std::ranges::find(my_number_profile().pins, context.invocation.pin.names.front(), &PinRow::name);
}

Status verify_named(Context& context, OpenCard& card) {
  const PinRow& row = named_row(context);
  MYNA_TRY(CheckedPin pin, obtain_checked_pin(context, card, row.kind));
  MYNA_TRY(auto transaction, card.card.begin());
  MYNA_TRY(auto application, CardApplication::select(transaction, row.application));
  return use_pin(context, card, application, std::move(pin));
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
    context.output.document()["pins"].push_back(pin_json(counter.row, counter.status));
    show_pin(context.output, counter.row, counter.status);
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
