// SPDX-License-Identifier: Apache-2.0
// A PIN's counter as JSON and as a line.
#pragma once

#include "cli/context.hpp"
#include "myna/card/card_object.hpp"

namespace myna::cli {

// Of a counter that the card does not tell, only whether it is absent or unreadable is known.
struct PinView {
  PinRow row;
  std::optional<PinStatus> status;
  ObjectState object = ObjectState::present;
};
// Fails where the counter of another PIN would fail as well.
Result<PinView> view_of(const PinRow& row, const Result<PinStatus>& status);

// name, remaining (null when unknown), maximum, state, reset_at: where a blocked one is reset.
Json pin_json(const PinView& pin);
void show_pin(Output& output, const PinView& pin);

}  // namespace myna::cli
