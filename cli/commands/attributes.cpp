// SPDX-License-Identifier: Apache-2.0
// myna attributes
#include <array>

#include "cli/views/report_view.hpp"
#include "cli/card/trust.hpp"
#include "cli/views/register_dates.hpp"
#include "cli/prompts/pin_input.hpp"
#include "myna/use_cases/holder_data.hpp"

namespace myna::cli {
namespace {

constexpr std::array kOpenedBy{PinKind::text, PinKind::text_code_b};
constexpr std::array<Text, 4> kSexes{Text{"male", "男性"}, Text{"female", "女性"}, Text{"not applicable", "適用不能"},
                                     Text{"unknown", "不明"}};

void show(Output& output, const BasicAttributes& attributes) {
  const std::string name = string_of(attributes.name), address = string_of(attributes.address),
                    born = iso_date(as_text(attributes.birth_date.view()));
  output.document()["attributes"] = {
      {"name", name}, {"address", address}, {"birth_date", born}, {"sex", to_string(attributes.sex)}};
  output.field({"Name", "氏名"}, name);
  output.field({"Address", "住所"}, address);
  output.field({"Birth date", "生年月日"}, born);
  output.field({"Sex", "性別"}, output.words()(kSexes.at(static_cast<std::size_t>(attributes.sex))));
}

Exit run_plain(Context& context, OpenCard& card, Pin&& pin) {
  const auto read = read_attributes(card.card, std::move(pin), false, context.card_policy());
  if (!read) return context.output.error(read.error());
  const auto attributes = parse_basic_attributes(read->attributes.view());
  if (!attributes) return context.output.error(attributes.error());
  show(context.output, *attributes);
  context.output.note(context.words()({"Not checked: whether the data is genuine (--verify).", "データの真正性は未確認です（--verify で確認）。"}));
  return Exit::good;
}

// What a forged card says is not shown: nobody who asked for proof should go on with it.
Exit run_verified(Context& context, OpenCard& card, Pin&& pin) {
  const auto anchors = trusted_issuers(context, card.reader);
  if (!anchors) return context.output.error(anchors.error());
  const auto evidence = read_attributes(card.card, std::move(pin), true, context.card_policy());
  if (!evidence) return context.output.error(evidence.error());
  if (evidence->attributes.empty()) return context.output.error(parse_basic_attributes({}).error());
  AuthenticityReport report = judge(*evidence, *anchors);
  report.add(Check::revocation, kNotCovered);
  const auto attributes = parse_basic_attributes(evidence->attributes.view());
  if (!attributes && !report.any(Proof::failed)) return context.output.error(attributes.error());
  if (attributes && !report.any(Proof::failed)) show(context.output, *attributes);
  return show_report(context, report);
}

}  // namespace

Exit run_attributes(Context& context) {
  auto card = open_card(context);
  if (!card) return context.output.error(card.error());
  context.output.document()["virtual"] = card->reader.is_virtual;
  auto pin = obtain_one_of(context, *card, kOpenedBy, context.invocation.report.pin);
  if (!pin) return context.output.error(pin.error());
  return context.invocation.report.verify ? run_verified(context, *card, *std::move(pin)) : run_plain(context, *card, *std::move(pin));
}

}  // namespace myna::cli
