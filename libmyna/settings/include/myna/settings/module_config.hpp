// SPDX-License-Identifier: Apache-2.0
// What a module may be told: by /etc/myna/myna.toml, by the user's ~/.config/myna/myna.toml, and by its parameter string (pReserved of
// C_Initialize), each over the one before. What the system file locks stays. docs/pkcs11.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "myna/settings/settings_file.hpp"

namespace myna::p11 {

enum class Pss : std::uint8_t { off, probe, on };

struct Config {
  bool auth_token = true;            // tokens=auth|sign|both, within what the module has
  bool sign_token = true;
  bool allow_last_try = false;       // allow-last-try=yes
  Pss pss = Pss::off;                // pss=on: TLS 1.3; only for a card that is known to do it. pss=probe: ask the card first
  bool legacy_hashes = false;        // legacy-hashes=yes: SHA-1 and SHA-224
  bool ca_objects = false;           // objects=ca: the CA certificates too
  bool usercert_label = false;       // labels=usercert: as the official modules name it
  bool extended_apdus = false;       // apdu=extended: where the reader does not say that it passes them
  bool always_authenticate = false;  // always-authenticate=yes: each signature asks
  bool usb = false;                  // reader=usb: an RC-S380 that is plugged in, without pcscd
  std::string pin_agent;             // pin-agent=/usr/bin/pinentry: asks for PINs instead of the program; none when empty
  std::chrono::seconds auth_idle = std::chrono::hours(8);
  std::chrono::seconds sign_idle = std::chrono::seconds(60);
};

// One setting by its name in files and parameters. False, and nothing is changed, when there is none of that name or the value has not its
// form.
bool set(Config& config, std::string_view name, std::string_view value);

// Every setting with its value, in the words of files and parameters.
std::vector<std::pair<std::string_view, std::string>> settings_of(const Config& config);

using SettingNames = std::vector<std::string>;

// What is locked can become stricter, never looser; what knows no strictness stays.
bool set_unless_locked(Config& config, std::string_view name, std::string_view value, const SettingNames& locked);

// NAME=VALUE, separated by blanks, commas or semicolons; single or double quotes around a value are dropped. Names and values that nobody
// knows are ignored: other programs put theirs there too.
Config config_from(std::string_view parameters, Config defaults, const SettingNames& locked = {});

// Both files, as far as they exist. A broken user's file is left out as a whole; a broken system's file is as the strictest one, with
// everything locked.
struct Origin {
  std::string file;
  std::uint32_t line = 0;
};
struct FileConfig {
  Config config;
  SettingNames locked{};
  std::map<std::string_view, Origin> from{};   // of each setting that a file says
  settings::File system{};
  settings::File user{};
};
FileConfig config_from_files(Config defaults);
// For tests: these files.
FileConfig config_from_files(const std::string& system_file, const std::string& user_file, Config defaults);

}  // namespace myna::p11
