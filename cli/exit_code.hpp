// SPDX-License-Identifier: Apache-2.0
// The exit codes, a stable surface (cli/man/myna.1).
#pragma once

#include "myna/core/error.hpp"

namespace myna::cli {

enum class Exit : int {
  good = 0,
  bad = 1,            // checked and bad
  usage = 2,          // usage, malformed PIN, no way to get the PIN
  no_card = 3,        // no reader, no card, foreign card, or the card does not give what was asked for: absent or unreadable
  pin_wrong = 4,
  pin_blocked = 5,
  refused = 6,        // refused to protect the counter
  removed = 7,        // card removed, link lost, card held by another program
  system = 8,         // file or system error, output exists, damaged file
  unproven = 9,       // not proven though --require-proof
  interrupted = 130,
};

Exit exit_code(Errc code) noexcept;
Exit exit_code(const Error& error) noexcept;

}  // namespace myna::cli
