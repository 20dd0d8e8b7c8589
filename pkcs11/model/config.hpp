// SPDX-License-Identifier: Apache-2.0
// What a module may be told: by its parameter string (pReserved of C_Initialize). docs/pkcs11.md.
#pragma once

#include <chrono>
#include <string_view>

namespace myna::p11 {

struct Config {
  bool auth_token = true;            // tokens=auth|sign|both, within what the module has
  bool sign_token = true;
  bool allow_last_try = false;       // allow-last-try=yes
  bool pss = false;                  // pss=on: TLS 1.3; only for a card that is known to do it
  bool legacy_hashes = false;        // legacy-hashes=yes: SHA-1 and SHA-224
  bool ca_objects = false;           // objects=ca: the CA certificates too
  bool usercert_label = false;       // labels=usercert: as the official modules name it
  bool always_authenticate = false;  // always-authenticate=yes: each signature asks
  std::chrono::seconds auth_idle = std::chrono::hours(8);
  std::chrono::seconds sign_idle = std::chrono::seconds(60);
};

// NAME=VALUE, separated by blanks, commas or semicolons; single or double quotes around a value are dropped. Names and values that nobody
// knows are ignored: other programs put theirs there too.
Config config_from(std::string_view parameters, Config defaults);

}  // namespace myna::p11
