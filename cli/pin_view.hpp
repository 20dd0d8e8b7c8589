// SPDX-License-Identifier: Apache-2.0
// A PIN's counter as JSON and as a line.
#pragma once

#include "cli/context.hpp"

namespace myna::cli {

// name, remaining (null when unknown), maximum, state, reset_at: where a blocked one is reset.
Json pin_json(const PinRow& row, const PinStatus& status);
void show_pin(Output& output, const PinRow& row, const PinStatus& status);

}  // namespace myna::cli
