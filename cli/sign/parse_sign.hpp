// SPDX-License-Identifier: Apache-2.0
// The options of sign and verify.
#pragma once

#include "cli/options.hpp"
#include "cli/terminal/language.hpp"

namespace CLI {
class App;
}

namespace myna::cli {

void add_sign_options(CLI::App& app, const Words& words, SignOptions& options);
void add_verify_options(CLI::App& app, const Words& words, VerifyArguments& arguments);

}  // namespace myna::cli
