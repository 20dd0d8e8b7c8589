// SPDX-License-Identifier: Apache-2.0
// What the system's file of settings forbids at the command line.
#pragma once

#include <optional>

#include "cli/context.hpp"

namespace myna::cli {

// Said and refused when an option that loosens the protection of the counters was given and is locked.
std::optional<Exit> refuse_locked(Context& context);

}  // namespace myna::cli
