// SPDX-License-Identifier: Apache-2.0
// Which card lies at a path: the directory, or nothing. A link to a card's directory is a reader that cards come to and leave.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>

#include "myna/core/result.hpp"

namespace myna {

struct CardPlace {
  std::uint64_t device = 0, inode = 0;
  bool operator==(const CardPlace&) const = default;
};

// None without a card there.
std::optional<CardPlace> look_at(const std::filesystem::path& directory);

// Until something else lies there, the time is up, or stop is requested (Errc::cancelled). Waits by inotify.
Status wait_for_another(const std::filesystem::path& directory, const std::optional<CardPlace>& known, const std::stop_token& stop,
                        std::chrono::steady_clock::time_point end);

}  // namespace myna
