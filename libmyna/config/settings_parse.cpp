// SPDX-License-Identifier: Apache-2.0
// The text of a file of settings, by toml++, against the rows. Every line must be understood.
#include <algorithm>
#include <optional>
#include <utility>

// toml++ 3.3 takes for granted that what follows "[[" begins a key: at "[[[" it ends the program, or with NDEBUG lets the compiler assume the impossible
// (parser.inl, parse_key; found by fuzz.settings). Without its assertions the code behind them answers with an error.
#pragma push_macro("NDEBUG")
#undef NDEBUG
#define TOML_ASSERT(expr) static_assert(true)
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include "settings_words.hpp"

namespace myna::settings {
namespace {

constexpr Text kSomethingElse{"Correct this line, or take it out.", "この行を直すか、削除してください。"};

// A value in the words of files; nothing when it is no single value.
std::optional<std::string> words_of(const toml::node& value) {
  if (const auto* text = value.as_string()) return text->get();
  if (const auto* number = value.as_integer()) return std::to_string(number->get());
  if (const auto* flag = value.as_boolean()) return flag->get() ? "yes" : "no";
  return {};
}

bool is_list(Form form) { return form == Form::users || form == Form::readers || form == Form::names; }

// The TOML type beside the words: "60" is no number, 1 is no path; a flag may be true or "yes".
bool has_type(const Row& row, const toml::node& value) {
  if (row.form == Form::number) return value.is_integer();
  if (row.form == Form::flag) return value.is_boolean() || value.is_string();
  if (row.form == Form::users) return value.is_string() || (value.is_integer() && value.as_integer()->get() >= 0 && value.as_integer()->get() < 0xFFFFFFFF);
  return value.is_string();
}

class Reading {
 public:
  Reading(File& file, Kind kind) : file_(file), kind_(kind) {}

  void root(const toml::table& all) {
    for (const auto& [key, value] : all) {
      if (!knows(key, tables())) continue;
      if (const auto* table = value.as_table()) take(std::string(key.str()), *table);
      else complain(key.source(), key.str(), {"must be a table: [" + std::string(key.str()) + ']', "表 [" + std::string(key.str()) + "] でなければなりません"}, sentence(kSomethingElse));
    }
  }

  void complain(const toml::source_region& where, std::string_view key, Sentence why, Sentence advice) {
    file_.problems.push_back({.file = file_.path, .line = where.begin.line, .column = where.begin.column, .key = shown(key), .why = std::move(why), .advice = std::move(advice)});
  }

 private:
  // What a user's own file may hold. The web is within the kiosk.
  std::vector<std::string_view> tables() const {
    if (kind_ == Kind::user) return {"pkcs11"};
    return {"pkcs11", "kiosk", "lock"};
  }

  static std::vector<std::string_view> names_of(std::string_view table) {
    std::vector<std::string_view> names;
    for (const Row& row : rows()) {
      if (row.table == table) names.push_back(row.name);
    }
    return names;
  }

  bool knows(const toml::key& key, const std::vector<std::string_view>& known) {
    if (std::ranges::find(known, key.str()) != known.end()) return true;
    if (kind_ == Kind::user && (key.str() == "lock" || key.str() == "kiosk")) {
      complain(key.source(), key.str(), {"stands in the system's file only", "システムの設定ファイルだけに書けます"},
               {std::string("Put it into ") + kSystemFile + '.', std::string(kSystemFile) + " に書いてください。"});
    } else {
      complain(key.source(), key.str(), {"is no table of settings", "設定の表ではありません"}, suggestion(key.str(), known));
    }
    return false;
  }

  void take(const std::string& table, const toml::table& settings) {
    for (const auto& [key, value] : settings) {
      if (table == "kiosk" && key.str() == "web") web(key, value);
      else setting(table, key, value);
    }
  }

  void web(const toml::key& key, const toml::node& value) {
    const auto* table = value.as_table();
    if (table == nullptr) return complain(key.source(), "kiosk.web", {"must be a table: [kiosk.web]", "表 [kiosk.web] でなければなりません"}, sentence(kSomethingElse));
    take("kiosk.web", *table);
    if (!table->contains("token-file")) complain(key.source(), "kiosk.web", {"needs a token-file", "token-file が必要です"}, {"Name a file that holds the token of the page.", "ページのトークンを入れたファイルを指定してください。"});
  }

  void setting(const std::string& table, const toml::key& key, const toml::node& value) {
    const Row* row = find_row(table, key.str());
    const std::string name = table + '.' + std::string(key.str());
    if (row == nullptr) {
      complain(key.source(), name, {"is no setting of [" + table + ']', "[" + table + "] の設定にありません"}, suggestion(key.str(), names_of(table)));
      return;
    }
    Entry entry{.row = row, .values = {}, .line = key.source().begin.line, .column = key.source().begin.column};
    const toml::node* wrong = is_list(row->form) ? wrong_in_list(entry, value) : wrong_value(entry, value);
    if (wrong == nullptr) file_.entries.push_back(std::move(entry));
    else complain(wrong->source(), name, wanted(*row), advice_for(*row, *wrong));
  }

  static Sentence advice_for(const Row& row, const toml::node& wrong) {
    return row.form == Form::names && wrong.is_string() ? suggestion(wrong.as_string()->get(), names_of(row.words)) : sentence(kSomethingElse);
  }

  // The value is taken, or what is wrong is returned.
  static const toml::node* wrong_value(Entry& entry, const toml::node& value) {
    auto words = words_of(value);
    if (!words || !has_type(*entry.row, value) || !accepts(*entry.row, *words)) return &value;
    entry.values.push_back(*std::move(words));
    return nullptr;
  }

  // [lock] may be empty: it frees what it would lock by being absent.
  static const toml::node* wrong_in_list(Entry& entry, const toml::node& value) {
    const auto* list = value.as_array();
    if (list == nullptr || (list->empty() && entry.row->form != Form::names)) return &value;
    for (const toml::node& one : *list) {
      if (const toml::node* wrong = wrong_value(entry, one)) return wrong;
    }
    return nullptr;
  }

  File& file_;
  Kind kind_;
};

}  // namespace

File parse(std::string_view text, const std::string& path, Kind kind) {
  File file{.path = path, .present = true};
  Reading reading(file, kind);
  const auto parsed = toml::parse(text, path);
  if (parsed) {
    reading.root(parsed.table());
    std::ranges::sort(file.problems, {}, [](const Problem& problem) { return std::pair(problem.line, problem.column); });   // tables are sorted by name
    return file;
  }
  const std::string why = shown(parsed.error().description());
  reading.complain(parsed.error().source(), {}, {"not readable as TOML: " + why, "TOMLとして読めません（" + why + "）"}, sentence(kSomethingElse));
  return file;
}

}  // namespace myna::settings
