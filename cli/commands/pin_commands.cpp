// SPDX-License-Identifier: Apache-2.0
// myna pin status, myna pin verify
#include <algorithm>
#include <array>
#include <span>

#include "cli/card/pin_view.hpp"
#include "cli/terminal/pin_input.hpp"

namespace myna::cli {
namespace {

constexpr std::array<Text, 5> kPinStates{Text{"full", "正常"}, Text{"a wrong entry was made", "入力ミスあり"},
                                      Text{"LAST TRY", "残り1回"}, Text{"BLOCKED", "ロック中"},
                                      Text{"verified, count unknown", "照合済み（残り回数不明）"}};

constexpr std::array<Text, 3> kObjects{Text{}, Text{"not on this card", "カードにありません"}, Text{"cannot be read", "読み取れません"}};

using Pins = std::vector<PinView>;

bool wanted(const std::vector<std::string>& names, const PinRow& row) {
  return names.empty() || std::ranges::find(names, row.name) != names.end();
}

// Without names: all that a card of this kind has.
Result<std::vector<PinRow>> wanted_rows(CardTransaction& transaction, const std::vector<std::string>& names) {
  const CardProfile* profile = &my_number_profile();
  if (names.empty()) {
    MYNA_TRY(auto jpki, JpkiApplication::select(transaction));
    MYNA_TRY(const Recognised card, recognise(jpki));
    profile = card.profile;
  }
  std::vector<PinRow> rows;
  std::ranges::copy_if(profile->pins, std::back_inserter(rows), [&](const PinRow& row) { return wanted(names, row); });
  return rows;
}

// One SELECT for all. An application that the card lacks takes none of the others' PINs along.
Status read_application(CardTransaction& transaction, std::span<const PinRow> rows, Pins& pins) {
  auto application = CardApplication::select(transaction, rows.front().application);
  if (!application && application.error().code == Errc::card_foreign) return Unexpected(application.error());
  for (const PinRow& row : rows) {
    const auto status = application ? application->pin_status(row) : Result<PinStatus>(Unexpected(application.error()));
    MYNA_TRY(PinView pin, view_of(row, status));
    pins.push_back(std::move(pin));
  }
  return {};
}

// The table keeps the PINs of an application together.
Result<Pins> read_counters(CardTransaction& transaction, const std::vector<std::string>& names) {
  MYNA_TRY(const auto rows, wanted_rows(transaction, names));
  Pins pins;
  for (std::span<const PinRow> rest(rows); !rest.empty();) {
    const auto other = std::ranges::find_if(rest, [&](const PinRow& row) { return !equal(row.application, rest.front().application); });
    const auto together = static_cast<std::size_t>(other - rest.begin());
    MYNA_CHECK(read_application(transaction, rest.first(together), pins));
    rest = rest.subspan(together);
  }
  return pins;
}

const PinRow& named_row(const Context& context) {
  return pin_row(my_number_profile(), context.invocation.pin.names.front());
}

Status verify_named(Context& context, OpenCard& card) {
  const PinRow& row = named_row(context);
  MYNA_TRY(CheckedPin pin, obtain_checked_pin(context, card, row.kind));
  MYNA_TRY(auto transaction, card.card.begin());
  MYNA_TRY(auto application, CardApplication::select(transaction, row.application));
  return use_pin(context, card, application, std::move(pin));
}

}  // namespace

Result<PinView> view_of(const PinRow& row, const Result<PinStatus>& status) {
  if (status) return PinView{row, *status};
  const auto object = object_state(status.error());
  return object ? Result<PinView>(PinView{row, std::nullopt, *object}) : Unexpected(status.error());
}

Json pin_json(const PinView& pin) {
  const std::string_view state = pin.status ? to_string(pin.status->state()) : to_string(pin.object);
  Json json{{"name", pin.row.name}, {"remaining", nullptr}, {"maximum", pin.row.tries}, {"state", state}};
  if (pin.status && pin.status->remaining()) json["remaining"] = *pin.status->remaining();
  json["reset_at"] = Json::array({"municipal-office"});
  if (pin.row.kiosk_unblock) json["reset_at"].push_back("convenience-store-kiosk-with-phone-app");
  return json;
}

void show_pin(Output& output, const PinView& pin) {
  const Words& words = output.words();
  const std::string name = words(pin.row.title) + " (" + std::string(pin.row.name) + "): ";
  if (!pin.status) return output.line(name + words(kObjects.at(static_cast<std::size_t>(pin.object))));
  const PinStatus& status = *pin.status;
  const std::string left = status.remaining() ? std::to_string(*status.remaining()) : "?";
  const std::string state = words(kPinStates.at(static_cast<std::size_t>(status.state())));
  output.line(name + left + '/' + std::to_string(status.maximum()) + ' ' + state);
  if (status.blocked()) output.line("  " + words(describe(Errc::pin_blocked).advice));
}

// What was asked for by name and is not told is an exit code of its own; the others are shown all the same.
Exit run_pin_status(Context& context) {
  auto card = open_card(context);
  if (!card) return context.output.error(card.error());
  auto transaction = card->card.begin();
  if (!transaction) return context.output.error(transaction.error());
  const auto& names = context.invocation.pin.names;
  const auto pins = read_counters(*transaction, names);
  if (!pins) return context.output.error(pins.error());
  context.output.document()["pins"] = Json::array();
  for (const PinView& pin : *pins) {
    context.output.document()["pins"].push_back(pin_json(pin));
    show_pin(context.output, pin);
  }
  const bool all = std::ranges::all_of(*pins, [](const PinView& pin) { return pin.status.has_value(); });
  return all || names.empty() ? Exit::good : Exit::no_card;
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
