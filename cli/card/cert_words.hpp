// SPDX-License-Identifier: Apache-2.0
// Pieces of certificates as text: times and usages.
#pragma once

#include <chrono>
#include <string>

#include "cli/terminal/language.hpp"
#include "myna/crypto/crypto.hpp"

namespace myna::cli {

std::string iso_utc(std::chrono::sys_seconds time);     // 2030-01-02T14:59:59Z
std::string japan_time(std::chrono::sys_seconds time);  // 2030-01-02 23:59:59 JST

// "digitalSignature" as people would say it; an unknown name is shown as it is.
std::string usage_in_words(const std::string& name, const Words& words);

}  // namespace myna::cli
