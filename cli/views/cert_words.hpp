// SPDX-License-Identifier: Apache-2.0
// Pieces of certificates in words.
#pragma once

#include <string>

#include "cli/terminal/language.hpp"
#include "myna/crypto/crypto.hpp"

namespace myna::cli {

// "digitalSignature" as people would say it; an unknown name is shown as it is.
std::string usage_in_words(const std::string& name, const Words& words);

}  // namespace myna::cli
