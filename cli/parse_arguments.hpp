// SPDX-License-Identifier: Apache-2.0
// Arguments to an Invocation and a Command, with help in either language.
#pragma once

#include <variant>

#include "context.hpp"

namespace myna::cli {

// The command to run; or what to print and the code to end with (help, version, usage error).
struct EarlyEnd {
  Exit exit;
  std::string text;
};

std::variant<Command, EarlyEnd> parse_arguments(int argc, const char* const* argv, Words words, Invocation& invocation);

}  // namespace myna::cli
