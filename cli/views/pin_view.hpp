// SPDX-License-Identifier: Apache-2.0
// A PIN's counter as JSON and as a line.
#pragma once

#include "cli/context.hpp"
#include "myna/use_cases/pins.hpp"

namespace myna::cli {

// name, remaining (null when unknown), maximum, state, reset_at: where a blocked one is reset.
Json pin_json(const PinCount& pin);
void show_pin(Output& output, const PinCount& pin);

}  // namespace myna::cli
