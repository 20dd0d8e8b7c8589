// SPDX-License-Identifier: Apache-2.0
#include "kiosk/settings.hpp"

#include <pwd.h>

#include <algorithm>
#include <array>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace myna::kioskd {
namespace {

// What a key wants, when it got something else; none: it was taken.
using Refusal = std::optional<Text>;
constexpr Text kText{"must be a text", "文字列でなければなりません"};
constexpr Text kPath{"must be an absolute path", "絶対パスでなければなりません"};
constexpr Text kFlag{"must be true or false", "true か false でなければなりません"};

struct Key {
  std::string_view name;
  Refusal (*take)(Settings&, const toml::node&);
};

struct LengthRow {
  std::string_view word;
  LengthMode mode;
};
constexpr std::array kLengthModes{LengthRow{"auto", LengthMode::automatic}, LengthRow{"short", LengthMode::short_only}, LengthRow{"extended", LengthMode::extended}};

Refusal take_path(std::string& to, const toml::node& value) {
  const auto* text = value.as_string();
  if (text == nullptr || !text->get().starts_with('/')) return kPath;
  to = text->get();
  return {};
}

Refusal take_flag(bool& to, const toml::node& value) {
  const auto* flag = value.as_boolean();
  if (flag == nullptr) return kFlag;
  to = flag->get();
  return {};
}

template <typename Number>
Refusal take_number(Number& to, const toml::node& value, std::int64_t least, std::int64_t most, Text wanted) {
  const auto* number = value.as_integer();
  if (number == nullptr || number->get() < least || number->get() > most) return wanted;
  to = static_cast<Number>(number->get());
  return {};
}

template <std::string Settings::*Member>
Refusal path_of(Settings& settings, const toml::node& value) {
  return take_path(settings.*Member, value);
}

template <bool kiosk::Options::*Member>
Refusal option_of(Settings& settings, const toml::node& value) {
  return take_flag(settings.kiosk.*Member, value);
}

template <std::chrono::milliseconds kiosk::Policy::*Member>
Refusal seconds_of(Settings& settings, const toml::node& value) {
  std::int64_t seconds = 0;
  const Refusal refusal = take_number(seconds, value, 1, 600, {"must be a number of seconds from 1 to 600", "1から600までの秒数でなければなりません"});
  if (!refusal) settings.kiosk.policy.*Member = std::chrono::seconds(seconds);
  return refusal;
}

Refusal take_users(Settings& settings, const toml::node& value) {
  constexpr Text kWanted{"must be a list of user names that exist, or user ids", "存在するユーザー名またはユーザーIDの一覧でなければなりません"};
  const auto* list = value.as_array();
  if (list == nullptr || list->empty()) return kWanted;
  for (const toml::node& one : *list) {
    if (const auto* id = one.as_integer(); id != nullptr && id->get() >= 0 && id->get() < 0xFFFFFFFF) {
      settings.users.push_back(static_cast<uid_t>(id->get()));
      continue;
    }
    const passwd* known = one.is_string() ? ::getpwnam(one.as_string()->get().c_str()) : nullptr;
    if (known == nullptr) return kWanted;
    settings.users.push_back(known->pw_uid);
  }
  return {};
}

bool is_reader(std::string_view text) { return text == "pcsc" || text == "usb:" || (text.starts_with("virtual:/") && text.size() > 9); }

Refusal take_readers(Settings& settings, const toml::node& value) {
  constexpr Text kWanted{"must be a list of \"pcsc\", \"usb:\" and \"virtual:/DIRECTORY\"", "\"pcsc\"、\"usb:\"、\"virtual:/ディレクトリ\" の一覧でなければなりません"};
  const auto* list = value.as_array();
  if (list == nullptr || list->empty()) return kWanted;
  settings.readers.clear();
  for (const toml::node& one : *list) {
    if (!one.is_string() || !is_reader(one.as_string()->get())) return kWanted;
    settings.readers.push_back(one.as_string()->get());
  }
  return {};
}

Refusal take_floor(Settings& settings, const toml::node& value) {
  return take_number(settings.kiosk.pin_floor, value, 1, 5, {"must be a number from 1 to 5", "1から5までの数でなければなりません"});
}

Refusal take_clients(Settings& settings, const toml::node& value) {
  return take_number(settings.clients, value, 1, 32, {"must be a number from 1 to 32", "1から32までの数でなければなりません"});
}

Refusal take_attempts(Settings& settings, const toml::node& value) {
  return take_number(settings.kiosk.policy.attempts, value, 1, 4, {"must be a number from 1 to 4", "1から4までの数でなければなりません"});
}

Refusal take_apdu(Settings& settings, const toml::node& value) {
  const auto* text = value.as_string();
  const auto* row = text == nullptr ? nullptr : std::ranges::find(kLengthModes, text->get(), &LengthRow::word);
  if (row == nullptr || row == kLengthModes.end()) return Text{"must be \"auto\", \"short\" or \"extended\"", "\"auto\"、\"short\"、\"extended\" のいずれかでなければなりません"};
  settings.kiosk.length_mode = row->mode;
  return {};
}

Refusal take_lock(Settings& settings, const toml::node& value) { return take_flag(settings.lock_memory, value); }

WebSettings& web_of(Settings& settings) { return settings.web ? *settings.web : settings.web.emplace(); }

template <std::string WebSettings::*Member>
Refusal web_path_of(Settings& settings, const toml::node& value) {
  return take_path(web_of(settings).*Member, value);
}

Refusal take_port(Settings& settings, const toml::node& value) {
  return take_number(web_of(settings).port, value, 1, 65535, {"must be a port from 1 to 65535", "1から65535までのポート番号でなければなりません"});
}

Refusal take_origin(Settings& settings, const toml::node& value) {
  const auto* text = value.as_string();
  if (text == nullptr || !text->get().starts_with("http")) return Text{"must be an origin as \"http://127.0.0.1:8170\"", "\"http://127.0.0.1:8170\" の形のオリジンでなければなりません"};
  web_of(settings).origin = text->get();
  return {};
}

constexpr std::array kKeys{
    Key{"socket", path_of<&Settings::socket>},
    Key{"users", take_users},
    Key{"readers", take_readers},
    Key{"trust", path_of<&Settings::trust>},
    Key{"test-anchors", option_of<&kiosk::Options::test_anchors>},
    Key{"require-proof", option_of<&kiosk::Options::require_proof>},
    Key{"service-key-file", path_of<&Settings::service_key_file>},
    Key{"lock-memory", take_lock},
    Key{"clients", take_clients},
    Key{"pin-floor", take_floor},
    Key{"attempts", take_attempts},
    Key{"apdu", take_apdu},
    Key{"idle", seconds_of<&kiosk::Policy::idle>},
    Key{"placement", seconds_of<&kiosk::Policy::placement>},
    Key{"operation", seconds_of<&kiosk::Policy::operation>},
    Key{"retap", seconds_of<&kiosk::Policy::retap>},
    Key{"trial-cards", path_of<&Settings::trial_cards>},
};

constexpr std::array kWebKeys{
    Key{"port", take_port},
    Key{"origin", take_origin},
    Key{"token-file", web_path_of<&WebSettings::token_file>},
    Key{"pages", web_path_of<&WebSettings::pages>},
};

Complaint complaint_at(const std::string& file, const toml::source_region& where, const std::string& key, Text text) {
  const std::string place = file + ":" + std::to_string(where.begin.line) + ": " + key;
  return {place + " " + std::string(text.en), place + ": " + std::string(text.ja)};
}

template <typename Keys>
std::optional<Complaint> take_table(const std::string& file, const toml::table& table, const Keys& keys, std::string_view nested, Settings& settings) {
  for (const auto& [key, value] : table) {
    const std::string_view name = key.str();
    if (!nested.empty() && name == nested) continue;
    const auto known = std::ranges::find(keys, name, &Key::name);
    if (known == keys.end()) return complaint_at(file, key.source(), std::string(name), {"is no setting of the kiosk", "キオスクの設定にありません"});
    if (const Refusal refusal = known->take(settings, value)) return complaint_at(file, value.source(), std::string(name), *refusal);
  }
  return {};
}

std::optional<Complaint> take_file(const std::string& file, const toml::table& all, Settings& settings) {
  const toml::node* kiosk = all.get("kiosk");
  if (kiosk == nullptr) return {};
  if (!kiosk->is_table()) return complaint_at(file, kiosk->source(), "kiosk", {"must be a table: [kiosk]", "表 [kiosk] でなければなりません"});
  if (auto complaint = take_table(file, *kiosk->as_table(), kKeys, "web", settings)) return complaint;
  const toml::node* web = kiosk->as_table()->get("web");
  if (web == nullptr) return {};
  if (!web->is_table()) return complaint_at(file, web->source(), "web", {"must be a table: [kiosk.web]", "表 [kiosk.web] でなければなりません"});
  web_of(settings);
  return take_table(file, *web->as_table(), kWebKeys, "", settings);
}

}  // namespace

std::optional<Complaint> read_settings(const std::string& file, Settings& settings) {
  const auto parsed = toml::parse_file(file);
  if (parsed) return take_file(file, parsed.table(), settings);
  const std::string line = std::to_string(parsed.error().source().begin.line), why(parsed.error().description());
  return Complaint{file + ":" + line + ": not readable as TOML: " + why, file + ":" + line + ": TOMLとして読めません（" + why + "）"};
}

std::optional<Complaint> check_settings(const Settings& settings) {
  const auto is_virtual = [](const std::string& reader) { return reader.starts_with("virtual:"); };
  if (!settings.trial_cards.empty() && (settings.readers.size() != 1 || !is_virtual(settings.readers.front()))) {
    return Complaint{"trial-cards needs exactly one reader, a virtual one", "trial-cards には仮想リーダーが1台だけ必要です"};
  }
  if (settings.web && settings.web->token_file.empty()) return Complaint{"[kiosk.web] needs a token-file", "[kiosk.web] には token-file が必要です"};
  return {};
}

}  // namespace myna::kioskd
