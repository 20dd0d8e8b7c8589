// SPDX-License-Identifier: Apache-2.0
// myna attributes
#include <array>

#include "cli/dates.hpp"
#include "cli/pin_input.hpp"

namespace myna::cli {
namespace {

constexpr std::array<Text, 4> kSexes{Text{"male", "男性"}, Text{"female", "女性"}, Text{"not applicable", "適用不能"},
                                     Text{"unknown", "不明"}};

Result<BasicAttributes> read_attributes(Context& context, OpenCard& card) {
  MYNA_TRY(auto pin, obtain_pin<PinKind::text>(context, card));
  return in_application<TextApplication>(card, [&](TextApplication& text) -> Result<BasicAttributes> {
    MYNA_CHECK(use_pin(context, card, text, std::move(pin)));
    return text.attributes();
  });
}

std::string text_of(const SecretBytes& bytes) { return std::string(as_text(bytes.view())); }

void show(Output& output, const BasicAttributes& attributes) {
  const std::string name = text_of(attributes.name), address = text_of(attributes.address), born = iso_date(as_text(attributes.birth_date.view()));
  output.document()["attributes"] = {
      {"name", name}, {"address", address}, {"birth_date", born}, {"sex", to_string(attributes.sex)}};
  output.field({"Name", "氏名"}, name);
  output.field({"Address", "住所"}, address);
  output.field({"Birth date", "生年月日"}, born);
  output.field({"Sex", "性別"}, output.words()(kSexes.at(static_cast<std::size_t>(attributes.sex))));
}

}  // namespace

Exit run_attributes(Context& context) {
  auto card = open_card(context);
  if (!card) return context.output.error(card.error());
  context.output.document()["virtual"] = card->reader.is_virtual;
  const auto attributes = read_attributes(context, *card);
  if (!attributes) return context.output.error(attributes.error());
  show(context.output, *attributes);
  context.output.note(context.words()({"Not checked: whether the data is genuine.", "データの真正性は未確認です。"}));
  return Exit::good;
}

}  // namespace myna::cli
