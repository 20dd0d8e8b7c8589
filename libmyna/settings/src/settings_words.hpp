// SPDX-License-Identifier: Apache-2.0
// What is wrong with a file of settings, in sentences.
#pragma once

#include "myna/settings/settings_file.hpp"

namespace myna::settings {

// Text of a file as it may be shown: no control characters, not long.
std::string shown(std::string_view text);
Sentence sentence(const Text& text);
// "must be a whole number from 1 to 5"
Sentence wanted(const Row& row);
// "Did you mean …?", else all the names that there are.
Sentence suggestion(std::string_view wrong, const std::vector<std::string_view>& known);

}  // namespace myna::settings
