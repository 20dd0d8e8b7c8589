// SPDX-License-Identifier: Apache-2.0
// myna config show, myna config check, and what the system's file forbids at the command line.
#include "config.hpp"

#include <algorithm>

#include "myna/settings/module_config.hpp"

namespace myna::cli {
namespace {

using settings::File;
using settings::Kind;

std::string in_words(const Words& words, const settings::Sentence& sentence) { return words({sentence.en, sentence.ja}); }

void show_problem(Output& output, const settings::Problem& problem, void (Output::*say)(const std::string&)) {
  const Words& words = output.words();
  output.document()["problems"].push_back({{"file", problem.file}, {"line", problem.line}, {"column", problem.column}, {"key", problem.key},
                                           {"message", in_words(words, problem.why)}, {"advice", in_words(words, problem.advice)}});
  (output.*say)(in_words(words, one_line(problem)));
  (output.*say)("      " + in_words(words, problem.advice));
}

void remark(Output& output, const File& file, Kind kind) {
  for (const settings::Problem& problem : file.problems) show_problem(output, problem, &Output::note);
  if (!file.good()) output.note("      " + in_words(output.words(), what_holds(kind)));
}

void show_setting(Output& output, const p11::FileConfig& files, std::string_view name, const std::string& value) {
  const Words& words = output.words();
  const bool locked = std::ranges::find(files.locked, name) != files.locked.end();
  const auto from = files.from.find(name);
  Json& json =
      output.document()["pkcs11"][std::string(name)] = {{"value", value}, {"locked", locked}, {"file", nullptr}, {"line", nullptr}};
  std::string origin = words({"default", "既定値"});
  if (from != files.from.end()) {
    origin = from->second.file + ':' + std::to_string(from->second.line);
    json["file"] = from->second.file;
    json["line"] = from->second.line;
  }
  output.line(std::string(name) + " = \"" + value + "\"   # " + origin + (locked ? words({", locked by the system", "、システムにより固定"}) : ""));
}

// What [lock] holds elsewhere.
void show_locks(Output& output, const File& system) {
  const settings::Locks locks(system);
  for (const std::string table : {"kiosk", "cli"}) {
    std::string names;
    Json& json = output.document()["locked"][table] = Json::array();
    for (const settings::Row& row : settings::rows()) {
      if (row.table != table || !locks.holds(row)) continue;
      json.push_back(row.name);
      names += (names.empty() ? "" : ", ") + std::string(row.name);
    }
    if (!names.empty()) output.line("# " + output.words()({"locked by the system for ", "システムにより固定: "}) + '[' + table + "]: " + names);
  }
}

File checked(const std::string& path, Kind kind) {
  File file = settings::read(path, kind);
  for (settings::Problem& problem : unknown_users(file)) file.problems.push_back(std::move(problem));
  return file;
}

bool show_checked(Output& output, const File& file) {
  const std::string state = !file.present ? "absent" : file.good() ? "good" : "broken";
  output.document()["files"].push_back({{"file", file.path}, {"state", state}});
  for (const settings::Problem& problem : file.problems) show_problem(output, problem, &Output::line);
  if (!file.present) output.line(file.path + ": " + output.words()({"does not exist", "ありません"}));
  else if (file.good()) output.line(file.path + ": " + output.words()({"good", "問題ありません"}));
  return file.good();
}

// The two files by their rules of ownership; any other is judged by what stands in it.
bool check_one(Output& output, const std::string& path) {
  const Kind kind = path == settings::kSystemFile ? Kind::system : path == settings::user_file() ? Kind::user : Kind::draft;
  const File file = checked(path, kind);
  return show_checked(output, file) && file.present;
}

bool check_all(Output& output) {
  const bool system = show_checked(output, checked(settings::kSystemFile, Kind::system));
  const std::string user = settings::user_file();
  return (user.empty() || show_checked(output, checked(user, Kind::user))) && system;
}

struct Liberty {
  std::string_view name;
  bool GlobalOptions::*wanted;
};
constexpr std::array kLiberties{Liberty{"allow-last-try", &GlobalOptions::allow_last_try},
                                Liberty{"allow-retry", &GlobalOptions::allow_retry}};

}  // namespace

Exit run_config_show(Context& context) {
  const p11::FileConfig files = p11::config_from_files({});
  Output& output = context.output;
  output.document()["problems"] = Json::array();
  output.line("[pkcs11]");
  for (const auto& [name, value] : p11::settings_of(files.config)) show_setting(output, files, name, value);
  show_locks(output, files.system);
  remark(output, files.system, Kind::system);
  remark(output, files.user, Kind::user);
  return Exit::good;
}

Exit run_config_check(Context& context) {
  Output& output = context.output;
  output.document()["problems"] = Json::array();
  const std::string& path = context.invocation.config_file;
  if (path.empty() ? check_all(output) : check_one(output, path)) return Exit::good;
  return output.refusal("settings-broken", Exit::system, {"The settings are not in order.", "設定に誤りがあります。"},
                        {"Mend what is named and check again.", "示された箇所を直し、もう一度確認してください。"});
}

std::optional<Exit> refuse_locked(Context& context) {
  const bool any = std::ranges::any_of(kLiberties, [&](const Liberty& one) { return context.global().*one.wanted; });
  if (!any) return {};
  const File system = settings::read(settings::kSystemFile, Kind::system);
  const settings::Locks locks(system);
  for (const Liberty& one : kLiberties) {
    if (!(context.global().*one.wanted) || !locks.holds(*settings::find_row("cli", one.name))) continue;
    remark(context.output, system, Kind::system);
    const std::string en = "--" + std::string(one.name) + " is locked by " + settings::kSystemFile + '.',
                      ja = "--" + std::string(one.name) + " は " + settings::kSystemFile + " で禁止されています。";
    return context.output.refusal("setting-locked", Exit::refused, {en, ja},
                                  {"Leave it out; what is locked stands in the list \"cli\" of [lock] (myna config show).",
                                   "指定せずに実行してください。禁止の一覧は [lock] の cli にあります（myna config show）。"});
  }
  return {};
}

}  // namespace myna::cli
