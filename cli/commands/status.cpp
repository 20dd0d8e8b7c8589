// SPDX-License-Identifier: Apache-2.0
// myna status
#include "cli/card/card_access.hpp"
#include "cli/views/pin_view.hpp"
#include "myna/use_cases/card_status.hpp"

namespace myna::cli {
namespace {

constexpr Text kNone{"none on the reader", "なし"};

constexpr std::array<Text, 3> kObjectStates{Text{"present", "あり"}, Text{"absent", "なし"}, Text{"cannot be read", "読み取れません"}};

void show_reader(Output& output, const ReaderInfo& reader) {
  output.document()["reader"] = reader.name;
  output.document()["virtual"] = reader.is_virtual;
  output.field({"Reader", "リーダー"}, reader.name);
  if (reader.is_virtual) output.line(output.words()({"This is a virtual card, not a real one.", "仮想カードです（本物のカードではありません）。"}));
}

void show_token(Output& output, const Recognised& card) {
  const Text label{"Token", "トークン"};
  output.document()["token"] = nullptr;
  output.document()["token_state"] = to_string(card.token_state);
  if (card.token_state != ObjectState::present) {
    return output.field(label, output.words()(kObjectStates.at(static_cast<std::size_t>(card.token_state))));
  }
  const TokenInformation& token = card.token;
  output.document()["token"] = {
      {"label", token.label}, {"manufacturer", token.manufacturer}, {"model", token.model}, {"serial", token.serial}};
  output.field(label, token.label + ", " + token.model + ", " + token.serial);
}

void show_certificates(Output& output, const CardStatus& overview) {
  output.document()["certificates"] = {{"auth", overview.auth == ObjectState::present}, {"sign", overview.sign == ObjectState::present}};
  output.document()["certificate_states"] = {{"auth", to_string(overview.auth)}, {"sign", to_string(overview.sign)}};
  output.field({"Authentication certificate", "利用者証明用電子証明書"}, output.words()(kObjectStates.at(static_cast<std::size_t>(overview.auth))));
  output.field({"Signature certificate", "署名用電子証明書"}, output.words()(kObjectStates.at(static_cast<std::size_t>(overview.sign))));
}

void show(Output& output, const CardStatus& overview) {
  output.document()["card"] = {{"kind", overview.card.profile->name}};
  output.field({"Card", "カード"}, output.words()(overview.card.profile->title));
  show_token(output, overview.card);
  show_certificates(output, overview);
  output.document()["pins"] = Json::array();
  for (const PinCount& pin : overview.pins) {
    output.document()["pins"].push_back(pin_json(pin));
    show_pin(output, pin);
  }
}

// A state of the reader and no failure of the command: said on standard output, with the exit code of it.
Exit show_no_card(Output& output, std::string_view kind, const Text& text) {
  if (!output.document().contains("reader")) output.document()["reader"] = nullptr;
  output.document()["card"] = {{"kind", kind}};
  output.document()["token"] = nullptr;
  output.document()["certificates"] = nullptr;
  output.document()["pins"] = Json::array();
  output.field({"Card", "カード"}, output.words()(text));
  return Exit::no_card;
}

}  // namespace

Exit run_status(Context& context) {
  Output& output = context.output;
  ReaderHub hub = make_hub(context.global());
  const auto reader = find_reader(context, hub);
  if (!reader && reader.error().code == Errc::no_card) return show_no_card(output, "none", kNone);
  if (!reader) return output.error(reader.error());
  show_reader(output, *reader);
  auto card = connect(context, hub, *reader);
  if (!card && card.error().code == Errc::no_card) return show_no_card(output, "none", kNone);
  if (!card) return output.error(card.error());
  const auto overview = read_status(card->card);
  if (overview) {
    show(output, *overview);
    return Exit::good;
  }
  if (overview.error().code != Errc::card_foreign) return output.error(overview.error());
  return show_no_card(output, "foreign", {"not a My Number card", "マイナンバーカードではありません"});
}

}  // namespace myna::cli
