// SPDX-License-Identifier: Apache-2.0
#include "settings_words.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace myna::settings {
namespace {

constexpr std::size_t kMostShown = 200;
constexpr std::size_t kNear = 3;   // changed letters that still look like a slip

// Levenshtein's distance, row by row.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({replaced, row[j] + 1, row[j + 1] + 1}));
    }
  }
  return row.back();
}

template <typename Words>
std::string listed(const Words& words) {
  std::string all;
  for (const auto& word : words) all += (all.empty() ? "" : ", ") + std::string(word);
  return all;
}

std::string with_commas(std::string_view words) {
  std::string all;
  for (const char c : words) all += c == ' ' ? std::string(", ") : std::string(1, c);
  return all;
}

bool is_control(unsigned char c) { return c < 0x20 || c == 0x7F; }

}  // namespace

// The control characters behind U+0080 are two bytes, the first of them C2.
std::string shown(std::string_view text) {
  std::string safe;
  for (std::size_t i = 0; i < std::min(text.size(), kMostShown); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool high = c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    safe += is_control(c) || high ? '?' : text[i];
    if (high) ++i;
  }
  return safe;
}

Sentence sentence(const Text& text) { return {std::string(text.en), std::string(text.ja)}; }

Sentence wanted(const Row& row) {
  const std::string least = std::to_string(row.least), most = std::to_string(row.most), words = with_commas(row.words);
  switch (row.form) {
    case Form::flag: return {"must be \"yes\" or \"no\"", "\"yes\" か \"no\" でなければなりません"};
    case Form::number: return {"must be a whole number from " + least + " to " + most, least + "から" + most + "までの整数でなければなりません"};
    case Form::choice: return {"must be one of these texts: " + words, "次の文字列のいずれかでなければなりません: " + words};
    case Form::path: return {"must be an absolute path", "絶対パスでなければなりません"};
    case Form::path_or_none: return {"must be an absolute path, or \"\"", "絶対パスか \"\" でなければなりません"};
    case Form::origin: return {"must be an origin as \"http://127.0.0.1:8170\"", "\"http://127.0.0.1:8170\" の形のオリジンでなければなりません"};
    case Form::users: return {"must be a list of user names or user ids", "ユーザー名またはユーザーIDの一覧でなければなりません"};
    case Form::readers:
      return {"must be a list of \"pcsc\", \"usb:\" and \"virtual:/DIRECTORY\"", "\"pcsc\"、\"usb:\"、\"virtual:/ディレクトリ\" の一覧でなければなりません"};
    case Form::names: return {"must be a list of settings of [" + words + "]", "[" + words + "] の設定名の一覧でなければなりません"};
    case Form::option:
      return {"is an option of the command line: [lock] can name it, nothing can set it",
              "コマンドラインのオプションです。[lock] に書くことだけができます"};
  }
  return {};
}

Sentence suggestion(std::string_view wrong, const std::vector<std::string_view>& known) {
  const auto nearest = std::ranges::min_element(known, {}, [&](std::string_view name) { return distance(wrong, name); });
  if (nearest != known.end() && distance(wrong, *nearest) <= std::min(kNear, nearest->size() / 2)) {
    const std::string name(*nearest);
    return {"Did you mean \"" + name + "\"?", "「" + name + "」ではありませんか。"};
  }
  return {"There are: " + listed(known), "使えるもの: " + listed(known)};
}

Sentence what_holds(Kind kind) {
  if (kind == Kind::user) return {"The file is left out.", "このファイルは無視されます。"};
  return {"Until then the strictest settings hold.", "直るまで最も厳しい設定が適用されます。"};
}

Sentence one_line(const Problem& problem) {
  std::string place = shown(problem.file);
  if (problem.line != 0) place += ':' + std::to_string(problem.line) + ':' + std::to_string(problem.column);
  if (!problem.key.empty()) place += ": " + problem.key;
  return {place + ": " + problem.why.en, place + ": " + problem.why.ja};
}

}  // namespace myna::settings
