// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include <pwd.h>

#include <algorithm>
#include <array>

#include "myna/kiosk/kiosk_settings.hpp"
#include "myna/settings/settings_file.hpp"

namespace myna::kioskd {
namespace {

using settings::Entry;
using settings::File;
using settings::Kind;

// Where a setting goes; that its values have the right form was seen when the file was read.
struct Key {
  std::string_view table;
  std::string_view name;
  void (*take)(Settings&, const Entry&);
};

bool flag_of(const Entry& entry) { return entry.value() == "yes"; }
int number_of(const Entry& entry) { return std::stoi(entry.value()); }

template <std::string Settings::*Member>
void take_text(Settings& settings, const Entry& entry) {
  settings.*Member = entry.value();
}

void take_users(Settings& settings, const Entry& entry) {
  settings.users.clear();
  for (const std::string& one : entry.values) {
    const bool number = one.find_first_not_of("0123456789") == std::string::npos;
    const passwd* known = number ? nullptr : ::getpwnam(one.c_str());
    if (number) settings.users.push_back(static_cast<uid_t>(std::stoul(one)));
    if (known != nullptr) settings.users.push_back(known->pw_uid);
  }
}

void take_readers(Settings& settings, const Entry& entry) { settings.readers = entry.values; }
void take_clients(Settings& settings, const Entry& entry) { settings.clients = static_cast<unsigned>(number_of(entry)); }
void take_lock(Settings& settings, const Entry& entry) { settings.lock_memory = flag_of(entry); }

WebSettings& web_of(Settings& settings) { return settings.web ? *settings.web : settings.web.emplace(); }

template <std::string WebSettings::*Member>
void take_web(Settings& settings, const Entry& entry) {
  web_of(settings).*Member = entry.value();
}

void take_port(Settings& settings, const Entry& entry) { web_of(settings).port = number_of(entry); }

constexpr std::array kKeys{
    Key{"kiosk", "socket", take_text<&Settings::socket>},
    Key{"kiosk", "users", take_users},
    Key{"kiosk", "readers", take_readers},
    Key{"kiosk", "trust", take_text<&Settings::trust>},
    Key{"kiosk", "service-key-file", take_text<&Settings::service_key_file>},
    Key{"kiosk", "lock-memory", take_lock},
    Key{"kiosk", "clients", take_clients},
    Key{"kiosk", "trial-cards", take_text<&Settings::trial_cards>},
    Key{"kiosk.web", "port", take_port},
    Key{"kiosk.web", "origin", take_web<&WebSettings::origin>},
    Key{"kiosk.web", "token-file", take_web<&WebSettings::token_file>},
    Key{"kiosk.web", "pages", take_web<&WebSettings::pages>},
};

// What the kiosk has is the same in the C library.
void take(Settings& settings, const Entry& entry) {
  if (entry.row->table == "kiosk" && kiosk::has_setting(entry.name())) {
    (void)kiosk::set_by_name(settings.kiosk, entry.name(), entry.value());   // it has the right form
    return;
  }
  const auto* key = std::ranges::find_if(kKeys, [&](const Key& one) { return one.table == entry.row->table && one.name == entry.name(); });
  if (key != kKeys.end()) key->take(settings, entry);
}

Complaint complaint_of(const settings::Problem& problem) {
  const auto line = one_line(problem);
  return {line.en + ". " + problem.advice.en, line.ja + "。" + problem.advice.ja};
}

std::optional<Complaint> first_of(std::vector<settings::Problem> problems) {
  if (problems.empty()) return {};
  return complaint_of(problems.front());
}

std::optional<Complaint> understood(const File& file) {
  if (auto complaint = first_of(file.problems)) return complaint;
  return first_of(unknown_users(file));
}

Complaint locked(const File& file, const Entry& entry) {
  const std::string system = settings::kSystemFile;
  return complaint_of(file.problem_at(entry, {"is locked by " + system, system + " により固定されています"},
                                      {"Take the line out; the list \"kiosk\" of its [lock] says what is locked.",
                                       "この行を削除してください。固定されるものは [lock] の kiosk にあります。"}));
}

// What holds for a locked setting: the value of the system's file, else the strictest.
std::vector<std::string> in_force(const File& system, const settings::Row& row) {
  const Entry* entry = system.find(row.table, row.name);
  return entry != nullptr ? entry->values : std::vector<std::string>{std::string(row.strictest)};
}

bool is_allowed(const File& system, const Entry& entry) {
  const std::vector<std::string> held = in_force(system, *entry.row);
  if (entry.row->looser == settings::Looser::neither) return !settings::Locks(system).holds(*entry.row) || entry.values == held;
  return settings::Locks(system).allow(*entry.row, entry.value(), held.front());
}

void take_locked(const File& system, Settings& settings) {
  for (const Entry& entry : system.entries) {
    if (settings::Locks(system).holds(*entry.row)) take(settings, entry);
  }
}

// Another file than the system's, within what that one allows.
std::optional<Complaint> take_other(const File& system, const File& file, Settings& settings) {
  if (auto complaint = understood(file)) return complaint;
  take_locked(system, settings);
  for (const Entry& entry : file.entries) {
    if (!is_allowed(system, entry)) return locked(file, entry);
    take(settings, entry);
  }
  return {};
}

}  // namespace

std::optional<Complaint> read_settings(const std::string& file, Settings& settings) {
  const File system = settings::read(settings::kSystemFile, Kind::system);
  if (auto complaint = understood(system)) return complaint;
  if (file.empty() || file == settings::kSystemFile) {
    for (const Entry& entry : system.entries) take(settings, entry);
    return {};
  }
  const File own = settings::read(file, Kind::service);
  if (!own.present) return Complaint{file + ": does not exist", file + ": ありません"};
  return take_other(system, own, settings);
}

std::optional<Complaint> check_option(const std::string& option, std::string_view name) {
  const File system = settings::read(settings::kSystemFile, Kind::system);
  if (!settings::Locks(system).holds(*settings::find_row("kiosk", name))) return {};
  const std::string file = settings::kSystemFile;
  return Complaint{option + " is locked by " + file, option + " は " + file + " により固定されています"};
}

std::optional<Complaint> check_settings(const Settings& settings) {
  const auto is_virtual = [](const std::string& reader) { return reader.starts_with("virtual:"); };
  if (!settings.trial_cards.empty() && (settings.readers.size() != 1 || !is_virtual(settings.readers.front()))) {
    return Complaint{"trial-cards needs exactly one reader, a virtual one", "trial-cards には仮想リーダーが1台だけ必要です"};
  }
  return {};
}

}  // namespace myna::kioskd
