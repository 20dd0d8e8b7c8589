// SPDX-License-Identifier: Apache-2.0
// Every setting that exists, and what its values look like.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "myna/settings/settings_file.hpp"

namespace myna::settings {
namespace {

constexpr std::int64_t kWeek = 7 * 86400;

// The strictest of the kiosk are its defaults. A signature that asks each time needs its PIN for the moment between.
constexpr std::array kRows{
    Row{.table = "pkcs11", .name = "tokens", .form = Form::choice, .words = "both auth sign"},
    Row{.table = "pkcs11", .name = "allow-last-try", .form = Form::flag, .looser = Looser::up, .strictest = "no"},
    Row{.table = "pkcs11", .name = "pss", .form = Form::choice, .words = "off probe on"},
    Row{.table = "pkcs11", .name = "legacy-hashes", .form = Form::flag, .looser = Looser::up, .strictest = "no"},
    Row{.table = "pkcs11", .name = "objects", .form = Form::choice, .words = "user ca"},
    Row{.table = "pkcs11", .name = "labels", .form = Form::choice, .words = "own usercert"},
    Row{.table = "pkcs11", .name = "always-authenticate", .form = Form::flag, .looser = Looser::down, .strictest = "yes"},
    Row{.table = "pkcs11", .name = "apdu", .form = Form::choice, .words = "auto extended"},
    Row{.table = "pkcs11", .name = "reader", .form = Form::choice, .words = "pcsc usb:"},
    Row{.table = "pkcs11", .name = "pin-agent", .form = Form::path_or_none},
    Row{.table = "pkcs11", .name = "auth-idle", .form = Form::number, .least = 0, .most = kWeek, .looser = Looser::up, .strictest = "60"},
    Row{.table = "pkcs11", .name = "sign-idle", .form = Form::number, .least = 0, .most = kWeek, .looser = Looser::up, .strictest = "60"},
    Row{.table = "kiosk", .name = "socket", .form = Form::path},
    Row{.table = "kiosk", .name = "users", .form = Form::users},
    Row{.table = "kiosk", .name = "readers", .form = Form::readers},
    Row{.table = "kiosk", .name = "trust", .form = Form::path},
    Row{.table = "kiosk", .name = "test-anchors", .form = Form::flag, .looser = Looser::up, .strictest = "no"},
    Row{.table = "kiosk", .name = "require-proof", .form = Form::flag, .looser = Looser::down, .strictest = "no"},
    Row{.table = "kiosk", .name = "service-key-file", .form = Form::path},
    Row{.table = "kiosk", .name = "lock-memory", .form = Form::flag, .looser = Looser::down, .strictest = "yes"},
    Row{.table = "kiosk", .name = "clients", .form = Form::number, .least = 1, .most = 32},
    Row{.table = "kiosk", .name = "pin-floor", .form = Form::number, .least = 1, .most = 5, .looser = Looser::down, .strictest = "2"},
    Row{.table = "kiosk", .name = "attempts", .form = Form::number, .least = 1, .most = 3, .looser = Looser::up, .strictest = "1"},
    Row{.table = "kiosk", .name = "apdu", .form = Form::choice, .words = "auto short extended"},
    Row{.table = "kiosk", .name = "idle", .form = Form::number, .least = 1, .most = 600},
    Row{.table = "kiosk", .name = "placement", .form = Form::number, .least = 1, .most = 600},
    Row{.table = "kiosk", .name = "operation", .form = Form::number, .least = 1, .most = 600},
    Row{.table = "kiosk", .name = "retap", .form = Form::number, .least = 1, .most = 600},
    Row{.table = "kiosk", .name = "trial-cards", .form = Form::path},
    Row{.table = "kiosk.web", .name = "port", .form = Form::number, .least = 1, .most = 65535},
    Row{.table = "kiosk.web", .name = "origin", .form = Form::origin},
    Row{.table = "kiosk.web", .name = "token-file", .form = Form::path},
    Row{.table = "kiosk.web", .name = "pages", .form = Form::path},
    Row{.table = "cli", .name = "allow-last-try", .form = Form::option, .looser = Looser::up, .strictest = "no"},
    Row{.table = "cli", .name = "allow-retry", .form = Form::option, .looser = Looser::up, .strictest = "no"},
    Row{.table = "lock", .name = "pkcs11", .form = Form::names, .words = "pkcs11"},
    Row{.table = "lock", .name = "kiosk", .form = Form::names, .words = "kiosk"},
    Row{.table = "lock", .name = "cli", .form = Form::names, .words = "cli"},
};

std::optional<std::int64_t> number_in(std::string_view value) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size()) return {};
  return number;
}

bool is_word_of(std::string_view words, std::string_view value) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == value) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

bool is_in_range(const Row& row, std::string_view value) {
  const auto number = number_in(value);
  return number && *number >= row.least && *number <= row.most;
}

bool is_reader(std::string_view text) { return text == "pcsc" || text == "usb:" || (text.starts_with("virtual:/") && text.size() > 9); }

std::int64_t rank_of(std::string_view value) { return value == "yes" ? 1 : number_in(value).value_or(0); }

}  // namespace

std::span<const Row> rows() { return kRows; }

const Row* find_row(std::string_view table, std::string_view name) {
  const auto* found = std::ranges::find_if(kRows, [&](const Row& row) { return row.table == table && row.name == name; });
  return found == kRows.end() ? nullptr : found;
}

bool accepts(const Row& row, std::string_view value) {
  switch (row.form) {
    case Form::flag: return value == "yes" || value == "no";
    case Form::number: return is_in_range(row, value);
    case Form::choice: return is_word_of(row.words, value);
    case Form::path_or_none: return value.empty() || value.front() == '/';
    case Form::path: return value.starts_with('/');
    case Form::origin: return value.starts_with("http://") || value.starts_with("https://");
    case Form::users: return !value.empty();
    case Form::readers: return is_reader(value);
    case Form::names: return find_row(row.words, value) != nullptr;
    case Form::option: return false;   // of the command line: a file can lock it, not set it
  }
  return false;
}

bool is_looser(const Row& row, std::string_view value, std::string_view than) {
  if (row.looser == Looser::neither) return value != than;
  return row.looser == Looser::up ? rank_of(value) > rank_of(than) : rank_of(value) < rank_of(than);
}

const Entry* File::find(std::string_view table, std::string_view name) const {
  const auto found =
      std::ranges::find_if(entries, [&](const Entry& entry) { return entry.row->table == table && entry.row->name == name; });
  return found == entries.end() ? nullptr : &*found;
}

Problem File::problem_at(const Entry& entry, Sentence why, Sentence advice) const {
  return {.file = path, .line = entry.line, .column = entry.column,
          .key = std::string(entry.row->table) + '.' + std::string(entry.row->name),
          .why = std::move(why), .advice = std::move(advice)};
}

bool Locks::holds(const Row& row) const {
  if (!system_.present) return false;
  if (!system_.good()) return true;
  const Entry* list = system_.find("lock", row.table);
  return list == nullptr ? row.looser != Looser::neither : std::ranges::find(list->values, row.name) != list->values.end();
}

bool Locks::allow(const Row& row, std::string_view value, std::string_view in_force) const {
  return !holds(row) || !is_looser(row, value, in_force);
}

}  // namespace myna::settings
