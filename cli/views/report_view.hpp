// SPDX-License-Identifier: Apache-2.0
// An authenticity report on the screen and as JSON.
#pragma once

#include "cli/context.hpp"
#include "myna/trust/authenticity.hpp"

namespace myna::cli {

// report[].{check,result,reason}. bad when a check failed; unproven when something was not proven and --require-proof asks for it.
Exit show_report(Context& context, const AuthenticityReport& report);

}  // namespace myna::cli
