// SPDX-License-Identifier: Apache-2.0
// How cards differ in what they answer, as settings of the virtual card.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "myna/core/error.hpp"
#include "myna/core/status_word.hpp"

namespace myna {

// What a card says to an Le beyond what is there: fewer bytes, 6700, or 6Cxx with the right one.
enum class ExcessLe : std::uint8_t { allowed, refused, corrected };

// Each behaviour that is disputed or known from one card (docs/card/dialects.md). The default is the judgement there.
struct Dialect {
  StatusWord blocked{0x6984};             // VERIFY with data on a blocked PIN: 6984 or 6983
  bool empty_verify_tells_verified = true;// empty VERIFY after a success: 9000, else 63Cx
  bool extended_length = true;            // else 6700
  bool short_file_ids = true;             // P1/P2 = 80+SFI forms, else 6A86
  bool short_read_sets_current = true;    // a short-EF READ makes its file the current EF
  bool issuer_domain = true;              // SELECT of the issuer security domain, else 6A82
  bool pss = false;                       // signature P1 = 01 to 05, else 6A86
  bool first_command_fails = false;       // 6F00 to the first command after power-up
  bool wrong_pin_drops_state = true;      // a failed VERIFY ends an earlier success
  bool reselect_keeps_pins = true;        // SELECT of the same application keeps the verified state
  bool warm_reset_keeps_selection = false;
  std::uint16_t read_limit = 0;           // most bytes of one READ BINARY, whatever its Le; 0: none
  ExcessLe excess_le = ExcessLe::allowed; // READ BINARY and READ RECORD
  bool exact_record_le = false;           // READ RECORD with any Le but the record's length: 6Cxx
  bool operator==(const Dialect&) const = default;
};

// One row per member: for --dialect NAME=VALUE, for card.json, and for the contract matrix.
struct DialectSetting {
  std::string_view name;                        // "blocked-status", "extended-length", ...
  std::vector<std::string_view> values;         // the first is the default
  Text meaning;
  void (*set)(Dialect&, std::string_view value);// value is one of `values`
  std::string_view (*get)(const Dialect&);
};
const std::vector<DialectSetting>& dialect_settings();

}  // namespace myna
