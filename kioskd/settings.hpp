// SPDX-License-Identifier: Apache-2.0
// The [kiosk] table of /etc/myna/myna.toml. docs/kiosk-service.md lists it; what a line must look like stands in
// libmyna/settings/src/settings_rows.cpp.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "myna/kiosk/kiosk_host.hpp"

namespace myna::kioskd {

struct WebSettings {
  int port = 0;                  // on 127.0.0.1; unused when the service manager passes the socket "web"
  std::string origin;            // exactly what the browser sends; its host and port are what Host must say. Empty: http://127.0.0.1:PORT
  std::string token_file;        // 0600, one line of at least 32 characters
  std::string pages;             // directory with the files of the kiosk; none when empty
};

struct Settings {
  std::string socket = "/run/myna-kioskd/kiosk.sock";
  std::vector<uid_t> users{};    // who may connect; empty: the user of the service
  std::vector<std::string> readers{"pcsc"};   // pcsc, usb:, virtual:DIRECTORY
  std::string trust = "/etc/myna/trust";
  std::string service_key_file{};
  bool lock_memory = true;
  unsigned clients = 4;
  kiosk::Options kiosk{};
  std::optional<WebSettings> web{};
  std::string trial_cards{};     // virtual cards that clients may place on the one virtual reader; trials only
};

// A sentence for whoever wrote the file.
struct Complaint {
  std::string en;
  std::string ja;
};

// None: `settings` is as the file says; as the system's when that is none. What the system's file locks holds for any other, and one that
// is broken stops us.
std::optional<Complaint> read_settings(const std::string& file, Settings& settings);
// Whether the command line may say what this setting says.
std::optional<Complaint> check_option(const std::string& option, std::string_view name);
// What no single line can be blamed for: a trial without a virtual reader, a port without a token.
std::optional<Complaint> check_settings(const Settings& settings);
// The files that the settings name: trusted issuers and the service key.
std::optional<Complaint> read_trust(Settings& settings);

}  // namespace myna::kioskd
