// SPDX-License-Identifier: Apache-2.0
// myna serial
#include "cli/card/card_access.hpp"
#include "cli/views/register_dates.hpp"
#include "myna/use_cases/card_status.hpp"

namespace myna::cli {
namespace {

void show(Output& output, const CardRecord& record) {
  const Text prefecture = prefecture_of(record.municipality_code);
  const std::string expiry = iso_date(record.expiry);
  output.document()["card"] = {
      {"serial", record.serial},
      {"municipality", {{"code", record.municipality_code}, {"prefecture", prefecture.en}, {"prefecture_ja", prefecture.ja}}},
      {"expiry", expiry}};
  output.field({"Serial number", "製造番号"}, record.serial);
  output.field({"Issued by municipality", "発行市区町村コード"}, record.municipality_code + ", " + output.words()(prefecture));
  output.field({"Card valid until", "カードの有効期限"}, expiry);
}

}  // namespace

Exit run_serial(Context& context) {
  auto card = open_card(context);
  if (!card) return context.output.error(card.error());
  context.output.document()["virtual"] = card->reader.is_virtual;
  const auto record = read_card_record(card->card);
  if (!record) return context.output.error(record.error());
  show(context.output, *record);
  context.output.note(context.words()({"Not signed: whether the card is genuine is told by check-card.",
                                       "署名のないデータです。真正性は check-card で確認してください。"}));
  return Exit::good;
}

}  // namespace myna::cli
