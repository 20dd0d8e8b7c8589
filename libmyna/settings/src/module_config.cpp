// SPDX-License-Identifier: Apache-2.0
#include "myna/settings/module_config.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "myna/settings/settings_file.hpp"

namespace myna::p11 {
namespace {

struct Setting {
  std::string_view name;
  void (*set)(Config&, std::string_view value);
  std::string (*get)(const Config&);
};

template <bool Config::*Member, char const* Yes>
void set_flag(Config& config, std::string_view value) {
  config.*Member = value == Yes;
}

template <bool Config::*Member, char const* Yes, char const* No>
std::string get_flag(const Config& config) {
  return config.*Member ? Yes : No;
}

template <std::chrono::seconds Config::*Member>
std::string get_seconds(const Config& config) {
  return std::to_string((config.*Member).count());
}

std::string get_tokens(const Config& config) {
  return config.auth_token && config.sign_token ? "both" : config.auth_token ? "auth" : "sign";
}

// Of the form that its row demands.
template <std::chrono::seconds Config::*Member>
void set_seconds(Config& config, std::string_view value) {
  long seconds = 0;
  std::from_chars(value.data(), value.data() + value.size(), seconds);
  config.*Member = std::chrono::seconds(seconds);
}

// A module never gains a token that it was not built for.
void set_tokens(Config& config, std::string_view value) {
  config.auth_token = config.auth_token && value != "sign";
  config.sign_token = config.sign_token && value != "auth";
}

constexpr std::array<std::string_view, 3> kPss{"off", "probe", "on"};
void set_pss(Config& config, std::string_view value) { config.pss = static_cast<Pss>(std::ranges::find(kPss, value) - kPss.begin()); }
std::string get_pss(const Config& config) { return std::string(kPss.at(static_cast<std::size_t>(config.pss))); }

void set_agent(Config& config, std::string_view value) { config.pin_agent = value; }
std::string get_agent(const Config& config) { return config.pin_agent; }

constexpr char kYes[] = "yes", kCa[] = "ca", kUsercert[] = "usercert", kExtended[] = "extended",
               kUsb[] = "usb:", kPcsc[] = "pcsc", kNo[] = "no", kUser[] = "user", kOwn[] = "own", kAuto[] = "auto";

constexpr std::array kSettings{
    Setting{"tokens", set_tokens, get_tokens},
    Setting{"allow-last-try", set_flag<&Config::allow_last_try, kYes>, get_flag<&Config::allow_last_try, kYes, kNo>},
    Setting{"pss", set_pss, get_pss},
    Setting{"legacy-hashes", set_flag<&Config::legacy_hashes, kYes>, get_flag<&Config::legacy_hashes, kYes, kNo>},
    Setting{"objects", set_flag<&Config::ca_objects, kCa>, get_flag<&Config::ca_objects, kCa, kUser>},
    Setting{"labels", set_flag<&Config::usercert_label, kUsercert>, get_flag<&Config::usercert_label, kUsercert, kOwn>},
    Setting{"always-authenticate", set_flag<&Config::always_authenticate, kYes>, get_flag<&Config::always_authenticate, kYes, kNo>},
    Setting{"apdu", set_flag<&Config::extended_apdus, kExtended>, get_flag<&Config::extended_apdus, kExtended, kAuto>},
    Setting{"reader", set_flag<&Config::usb, kUsb>, get_flag<&Config::usb, kUsb, kPcsc>},
    Setting{"pin-agent", set_agent, get_agent},
    Setting{"auth-idle", set_seconds<&Config::auth_idle>, get_seconds<&Config::auth_idle>},
    Setting{"sign-idle", set_seconds<&Config::sign_idle>, get_seconds<&Config::sign_idle>},
};

std::string_view unquoted(std::string_view value) {
  const bool quoted = value.size() >= 2 && (value.front() == '\'' || value.front() == '"') && value.back() == value.front();
  return quoted ? value.substr(1, value.size() - 2) : value;
}

// Nothing when nobody knows the name, or the value is none of its form.
const Setting* setting_for(std::string_view name, std::string_view value) {
  const auto found = std::ranges::find(kSettings, name, &Setting::name);
  if (found == kSettings.end() || !settings::accepts(*settings::find_row("pkcs11", name), value)) return nullptr;
  return &*found;
}

void apply(Config& config, std::string_view word, const SettingNames& locked) {
  const std::size_t equals = word.find('=');
  if (equals != std::string_view::npos) set_unless_locked(config, word.substr(0, equals), unquoted(word.substr(equals + 1)), locked);
}

}  // namespace

bool set(Config& config, std::string_view name, std::string_view value) {
  const Setting* setting = setting_for(name, value);
  if (setting != nullptr) setting->set(config, value);
  return setting != nullptr;
}

bool set_unless_locked(Config& config, std::string_view name, std::string_view value, const SettingNames& locked) {
  const Setting* setting = setting_for(name, value);
  if (setting == nullptr) return false;
  const bool is_locked = std::ranges::find(locked, name) != locked.end();
  if (is_locked && settings::is_looser(*settings::find_row("pkcs11", name), value, setting->get(config))) return false;
  setting->set(config, value);
  return true;
}

std::vector<std::pair<std::string_view, std::string>> settings_of(const Config& config) {
  std::vector<std::pair<std::string_view, std::string>> all;
  for (const Setting& setting : kSettings) all.emplace_back(setting.name, setting.get(config));
  return all;
}

Config config_from(std::string_view parameters, Config config, const SettingNames& locked) {
  constexpr std::string_view kBetween = " \t\r\n,;";
  while (true) {
    const std::size_t begin = parameters.find_first_not_of(kBetween);
    if (begin == std::string_view::npos) return config;
    parameters.remove_prefix(begin);
    const std::size_t end = std::min(parameters.find_first_of(kBetween), parameters.size());
    apply(config, parameters.substr(0, end), locked);
    parameters.remove_prefix(end);
  }
}

}  // namespace myna::p11
