// SPDX-License-Identifier: Apache-2.0
// myna status
#include "cli/card_access.hpp"
#include "cli/pin_view.hpp"

namespace myna::cli {
namespace {

constexpr Text kNone{"none on the reader", "なし"};

struct Overview {
  Recognised card;
  Availability held;
  std::vector<std::pair<const PinRow*, PinStatus>> pins;
};

Result<Overview> read_overview(JpkiApplication& jpki) {
  MYNA_TRY(Recognised card, recognise(jpki));
  MYNA_TRY(const Availability held, jpki.availability());
  Overview overview{.card = std::move(card), .held = held, .pins = {}};
  for (const PinRow& row : jpki.profile().pins) {
    if (!equal(row.application, aid::kJpki)) continue;   // one application, few commands: `pin status` tells the others
    MYNA_TRY(const PinStatus status, jpki.pin_status(row.kind));
    overview.pins.emplace_back(&row, status);
  }
  return overview;
}

void show_reader(Output& output, const ReaderInfo& reader) {
  output.document()["reader"] = reader.name;
  output.document()["virtual"] = reader.is_virtual;
  output.field({"Reader", "リーダー"}, reader.name);
  if (reader.is_virtual) output.line(output.words()({"This is a virtual card, not a real one.", "仮想カードです（本物のカードではありません）。"}));
}

void show_token(Output& output, const TokenInformation& token) {
  output.document()["token"] = {{"label", token.label}, {"manufacturer", token.manufacturer}, {"model", token.model}, {"serial", token.serial}};
  output.field({"Token", "トークン"}, token.label + ", " + token.model + ", " + token.serial);
}

void show_certificates(Output& output, const Availability& held) {
  const Words& words = output.words();
  const auto answer = [&words](bool yes) { return words(yes ? Text{"present", "あり"} : Text{"absent", "なし"}); };
  output.document()["certificates"] = {{"auth", held.auth}, {"sign", held.sign}};
  output.field({"Authentication certificate", "利用者証明用電子証明書"}, answer(held.auth));
  output.field({"Signature certificate", "署名用電子証明書"}, answer(held.sign));
}

void show(Output& output, const Overview& overview) {
  output.document()["card"] = {{"kind", overview.card.profile->name}};
  output.field({"Card", "カード"}, output.words()(overview.card.profile->title));
  show_token(output, overview.card.token);
  show_certificates(output, overview.held);
  output.document()["pins"] = Json::array();
  for (const auto& [row, status] : overview.pins) {
    output.document()["pins"].push_back(pin_json(*row, status));
    show_pin(output, *row, status);
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
  const auto overview = in_jpki(*card, read_overview);
  if (overview) {
    show(output, *overview);
    return Exit::good;
  }
  if (overview.error().code != Errc::card_foreign) return output.error(overview.error());
  return show_no_card(output, "foreign", {"not a My Number card", "マイナンバーカードではありません"});
}

}  // namespace myna::cli
