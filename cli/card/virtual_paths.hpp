// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace myna::cli {

// Where a virtual card named on the command line lives: with a slash in it a path, otherwise a name in
// $XDG_DATA_HOME/myna/virtual (by default ~/.local/share/myna/virtual).
std::filesystem::path virtual_directory(const std::string& given);

}  // namespace myna::cli
