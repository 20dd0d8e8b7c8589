// SPDX-License-Identifier: Apache-2.0
// The metrics while they are counted, by every thread of a kiosk.
#pragma once

#include <atomic>

#include "myna/kiosk/kiosk_host.hpp"

namespace myna::kiosk {

struct Tally {
  using Count = std::atomic<std::uint64_t>;
  Count sessions{0}, foreign_cards{0}, operations{0}, operations_failed{0}, pins_sent{0}, pins_refused{0}, commits{0}, left_behind{0};
  Count reader_losses{0}, reader_returns{0}, service_losses{0}, reconnects{0}, revivals{0}, hangs{0}, apdus{0};

  Metrics now() const {
    return {.sessions = sessions, .foreign_cards = foreign_cards, .operations = operations, .operations_failed = operations_failed,
            .pins_sent = pins_sent,
            .pins_refused = pins_refused, .commits = commits, .left_behind = left_behind, .reader_losses = reader_losses,
            .reader_returns = reader_returns,
            .service_losses = service_losses, .reconnects = reconnects, .revivals = revivals, .hangs = hangs, .apdus = apdus};
  }
};

}  // namespace myna::kiosk
