// SPDX-License-Identifier: Apache-2.0
// [pkcs11] NAME = VALUE and [lock] pkcs11 = [NAME...], read by toml++.
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "myna/module_config.hpp"

namespace myna::p11 {
namespace {

constexpr const char* kSystemFile = "/etc/myna/myna.toml";

std::string user_file() {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer{};
  if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return {};
  return std::string(found->pw_dir) + "/.config/myna/myna.toml";
}

std::string text_of(const toml::node& value) {
  if (const auto* text = value.as_string()) return text->get();
  if (const auto* number = value.as_integer()) return std::to_string(number->get());
  if (const auto* flag = value.as_boolean()) return flag->get() ? "yes" : "no";
  return {};
}

toml::table table_of(const std::string& path) {
  if (path.empty()) return {};
  auto parsed = toml::parse_file(path);
  return parsed ? std::move(parsed).table() : toml::table{};
}

void apply(const toml::table& file, const SettingNames& locked, Config& config) {
  const toml::table* settings = file["pkcs11"].as_table();
  if (settings == nullptr) return;
  for (const auto& [key, value] : *settings) {
    const std::string_view name = key.str();
    if (std::ranges::find(locked, name) == locked.end()) set(config, name, text_of(value));
  }
}

SettingNames locked_by(const toml::table& file) {
  SettingNames names;
  const toml::array* listed = file["lock"]["pkcs11"].as_array();
  if (listed == nullptr) return names;
  for (const toml::node& name : *listed) names.push_back(text_of(name));
  return names;
}

}  // namespace

FileConfig config_from_files(const std::string& system_file, const std::string& user, Config config) {
  const toml::table system = table_of(system_file);
  apply(system, {}, config);
  const SettingNames locked = locked_by(system);
  apply(table_of(user), locked, config);
  return {config, locked};
}

FileConfig config_from_files(Config defaults) { return config_from_files(kSystemFile, user_file(), defaults); }

}  // namespace myna::p11
