// SPDX-License-Identifier: Apache-2.0
// myna pin status, myna pin verify
#include <algorithm>
#include <array>
#include <span>

#include "cli/views/pin_view.hpp"
#include "cli/prompts/pin_input.hpp"

namespace myna::cli {
namespace {

constexpr std::array<Text, 5> kPinStates{Text{"full", "正常"}, Text{"a wrong entry was made", "入力ミスあり"},
                                      Text{"LAST TRY", "残り1回"}, Text{"BLOCKED", "ロック中"},
                                      Text{"verified, count unknown", "照合済み（残り回数不明）"}};

constexpr std::array<Text, 3> kObjects{Text{}, Text{"not on this card", "カードにありません"}, Text{"cannot be read", "読み取れません"}};

std::vector<PinKind> kinds_of(const std::vector<std::string>& names) {
  std::vector<PinKind> kinds;
  for (const PinRow& row : my_number_profile().pins) {
    if (std::ranges::find(names, row.name) != names.end()) kinds.push_back(row.kind);
  }
  return kinds;
}

const PinRow& named_row(const Context& context) {
  return pin_row(my_number_profile(), context.invocation.pin.names.front());
}

Status verify_named(Context& context, OpenCard& card) {
  MYNA_TRY(Pin pin, obtain_pin(context, card, named_row(context).kind));
  return verify_pin(card.card, std::move(pin), context.card_policy());
}

}  // namespace

Json pin_json(const PinCount& pin) {
  const std::string_view state = pin.status ? to_string(pin.status->state()) : to_string(pin.object);
  Json json{{"name", pin.row->name}, {"remaining", nullptr}, {"maximum", pin.row->tries}, {"state", state}};
  if (pin.status && pin.status->remaining()) json["remaining"] = *pin.status->remaining();
  json["reset_at"] = Json::array({"municipal-office"});
  if (pin.row->kiosk_unblock) json["reset_at"].push_back("convenience-store-kiosk-with-phone-app");
  return json;
}

void show_pin(Output& output, const PinCount& pin) {
  const Words& words = output.words();
  const std::string name = words(pin.row->title) + " (" + std::string(pin.row->name) + "): ";
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
  const auto& names = context.invocation.pin.names;
  const auto pins = count_tries(card->card, kinds_of(names));
  if (!pins) return context.output.error(pins.error());
  context.output.document()["pins"] = Json::array();
  for (const PinCount& pin : *pins) {
    context.output.document()["pins"].push_back(pin_json(pin));
    show_pin(context.output, pin);
  }
  const bool all = std::ranges::all_of(*pins, [](const PinCount& pin) { return pin.status.has_value(); });
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
