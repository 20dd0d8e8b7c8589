// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <stop_token>

namespace myna {

// Waits that long, or until the stop. False when it was stopped.
bool pause(const std::stop_token& stop, std::chrono::milliseconds time);

}  // namespace myna
