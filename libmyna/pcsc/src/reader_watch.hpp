// SPDX-License-Identifier: Apache-2.0
// Which readers there are, what is in them, and the next change, by SCardGetStatusChange.
#pragma once

#include <chrono>
#include <map>
#include <stop_token>
#include <vector>

#include "myna/ports/reader_backend.hpp"
#include "pcsc_call.hpp"

namespace myna::pcsc {

// What pcscd says of one reader at one moment.
struct Sighting {
  ReaderInfo info;
  DWORD event_state = 0;   // with the event counter in its high half
};
using Sightings = std::vector<Sighting>;

Result<Sightings> look(const Context& context);

// Blocks until a reader comes or goes or the state of one changes. True when something changed, false when the time is
// up. Errors: cancelled.
Result<bool> wait_for_change(const Context& context, const Sightings& known, std::stop_token stop,
                             std::chrono::milliseconds at_most);

// The difference as events, in the order they must have happened.
std::vector<ReaderEvent> difference(const Sightings& before, const Sightings& now);

}  // namespace myna::pcsc
