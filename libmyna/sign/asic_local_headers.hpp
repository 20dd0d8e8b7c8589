// SPDX-License-Identifier: Apache-2.0
// The local headers of a ZIP, which libzip does not show: what programs see that read it from the front. Private to libmyna/sign.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "myna/bytes.hpp"

namespace myna {

struct PackedEntry {
  std::string name;
  std::uint64_t packed_size;
};

// The first entry is stored, without extra field, and has this name and content (EN 319 162-1, A.1).
bool begins_with_stored(ByteView zip, std::string_view name, std::string_view content);

// The entries that the directory lists follow each other from the first byte to the directory, with nothing between them.
bool tiles(ByteView zip, const std::vector<PackedEntry>& listed);

}  // namespace myna
