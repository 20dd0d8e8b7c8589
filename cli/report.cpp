// SPDX-License-Identifier: Apache-2.0
#include "cli/report.hpp"

#include <array>

namespace myna::cli {
namespace {

constexpr std::array<Text, 4> kResults{Text{"proven", "証明済み"}, Text{"not proven", "未証明"}, Text{"FAILED", "不一致・偽造の疑い"},
                                       Text{"not covered", "対象外"}};

}  // namespace

Exit show_report(Context& context, const AuthenticityReport& report) {
  const Words& words = context.words();
  context.output.document()["report"] = Json::array();
  for (const ReportLine& line : report.lines()) {
    context.output.document()["report"].push_back({{"check", to_string(line.check)}, {"result", to_string(line.result)}});
    context.output.line("  " + words(kResults.at(static_cast<std::size_t>(line.result))) + ": " + words(describe(line.check)) + " (" +
                        std::string(to_string(line.check)) + ')');
  }
  if (report.any(Proof::failed)) {
    context.output.note(words({"This card or its data is not genuine. Do not use the data.", "カードまたはデータが真正ではありません。データを使用しないでください。"}));
    return Exit::bad;
  }
  return report.any(Proof::not_proven) && context.invocation.report.require_proof ? Exit::unproven : Exit::good;
}

}  // namespace myna::cli
