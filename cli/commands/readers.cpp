// SPDX-License-Identifier: Apache-2.0
// myna readers
#include "cli/card/card_access.hpp"
#include "cli/card/usb_readers.hpp"
#include "myna/core/enum_table.hpp"

namespace myna::cli {
namespace {

struct StateRow {
  std::string_view name;
  Text words;
};

constexpr auto kReaderStates = rows_for<ReaderState, StateRow>({
    {"empty", {"no card", "カードなし"}},
    {"card-present", {"card present", "カードあり"}},
    {"card-unresponsive", {"card does not answer", "カードが応答しません"}},
    {"in-use-exclusively", {"used by another program alone", "他のプログラムが占有中"}},
    {"unusable", {"cannot be used", "使用できません"}},
    {"several-cards", {"more than one card", "複数のカードがあります"}},
});

void show(Output& output, const ReaderInfo& reader) {
  const StateRow& row = kReaderStates[reader.state];
  output.document()["readers"].push_back({{"name", reader.name}, {"state", row.name}, {"virtual", reader.is_virtual}});
  const std::string mark = reader.is_virtual ? output.words()({" (virtual)", "（仮想）"}) : "";
  output.line(reader.name + mark + ": " + output.words()(row.words));
}

}  // namespace

Exit run_readers(Context& context) {
  ReaderHub hub = make_hub(context.global());
  const auto readers = hub.readers();
  if (context.global().reader.empty()) explain_unusable(context.output, readers);
  if (!readers) return context.output.error(readers.error());
  context.output.document()["readers"] = Json::array();
  for (const ReaderInfo& reader : *readers) show(context.output, reader);
  if (readers->empty()) return context.output.error(Error{.code = Errc::no_reader});
  return Exit::good;
}

}  // namespace myna::cli
