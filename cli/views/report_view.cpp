// SPDX-License-Identifier: Apache-2.0
#include "report_view.hpp"

#include <array>

namespace myna::cli {
namespace {

constexpr std::array<Text, 4> kResults{Text{"proven", "証明済み"}, Text{"not proven", "未証明"}, Text{"DOES NOT FIT", "不一致"},
                                       Text{"not covered", "対象外"}};

Json json_of(const ReportLine& line) {
  Json json{{"check", to_string(line.check)}, {"result", to_string(line.verdict.proof)}};
  if (line.verdict.reason != Reason::none) json["reason"] = to_string(line.verdict.reason);
  return json;
}

std::string text_of(const Words& words, const ReportLine& line) {
  const auto [proof, reason] = line.verdict;
  std::string text = "  " + words(kResults.at(static_cast<std::size_t>(proof))) + ": " + words(describe(line.check)) + " (" +
                     std::string(to_string(line.check)) + ')';
  return reason == Reason::none ? text : text + ": " + words(describe(reason));
}

}  // namespace

Exit show_report(Context& context, const AuthenticityReport& report) {
  const Words& words = context.words();
  context.output.document()["report"] = Json::array();
  for (const ReportLine& line : report.lines()) {
    context.output.document()["report"].push_back(json_of(line));
    context.output.line(text_of(words, line));
  }
  if (report.any(Proof::failed)) {
    context.output.note(words({"Card and data do not fit together. Do not use the data.", "カードとデータが一致しません。データを使用しないでください。"}));
    return Exit::bad;
  }
  if (!report.any(Proof::not_proven)) return Exit::good;
  context.output.note(words({"Not everything could be proven; that accuses nobody.", "証明できなかった項目があります（不正を意味するものではありません）。"}));
  return context.invocation.report.require_proof ? Exit::unproven : Exit::good;
}

}  // namespace myna::cli
