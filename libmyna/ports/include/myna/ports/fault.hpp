// SPDX-License-Identifier: Apache-2.0
// What can go wrong between a card and a program, as data: faults at the n-th command, and latency.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace myna {

enum class FaultKind : std::uint8_t {
  removed_before,   // the card leaves before it gets the command
  removed_after,    // ... after it worked on it, before the answer
  lost_before,      // the command is lost on the way
  lost_after,       // the answer is lost on the way
  reset_before,     // a warm reset by somebody else, noticed by the program
  power_loss,       // a cold reset, noticed by the program
  short_answer,     // one byte
  long_answer,      // 300 bytes more than asked for
  flipped_answer,   // one bit of it
  garbage_answer,   // random bytes of random length
  stall,            // the answer comes after three seconds
  // A rival: another program, which has the card between two transactions. It acts when the program takes the card for the first time after
  // the n-th command.
  rival_resets,     // a warm reset, noticed by the program
  rival_powers,     // a cold reset, noticed by the program
  rival_holds,      // it keeps the card for longer than the program waits, once
  rival_selects,    // it leaves another application selected
  rival_opens,      // it leaves the authentication PIN verified
  rival_errs,       // it sends a wrong value for every PIN of the card but the shared one: a try of each is gone
};

std::string_view to_string(FaultKind kind) noexcept;                         // "removed-before"
std::optional<FaultKind> fault_by_name(std::string_view name) noexcept;
const std::vector<FaultKind>& all_faults();    // of the link
const std::vector<FaultKind>& all_rivals();
bool is_rival(FaultKind kind) noexcept;

struct Fault {
  std::uint32_t at = 0;   // counted from 0 since the card came into the reader
  FaultKind kind{};
};

// Real latencies are not published (docs/card/transport.md, "Times"), so all are 0 by default.
struct Latency {
  std::chrono::microseconds command{0};
  std::chrono::microseconds byte{0};       // for each byte of command and answer
  std::chrono::microseconds signature{0};  // more for PERFORM SECURITY OPERATION
};

}  // namespace myna
