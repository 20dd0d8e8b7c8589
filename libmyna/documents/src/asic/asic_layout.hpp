// SPDX-License-Identifier: Apache-2.0
// Where everything of a ZIP lies. Programs look for its parts from the front, from the back and by their signatures: here they all find the
// same, or the file is refused. Private to libmyna/documents.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "myna/core/bytes.hpp"
#include "myna/core/error.hpp"

namespace myna {

inline constexpr Text kDamagedZip{"the ZIP is damaged, or its parts contradict each other", "ZIPが破損しているか、内部に矛盾があります"};

struct PackedEntry {
  std::string name;
  unsigned flags = 0, method = 0;
  std::uint32_t crc = 0, attributes = 0;
  std::uint64_t packed_size = 0, size = 0;
  std::size_t header = 0, content = 0;   // offsets: of the local header, and of the packed bytes
  bool has_local_extra = false;
};

// Every byte belongs to one local header with its content and descriptor, to the directory, or to its end; and what is written twice says
// the same.
struct ZipLayout {
  std::optional<Text> problem;
  std::vector<PackedEntry> entries;      // as they follow each other in the file
};
ZipLayout read_layout(ByteView zip);

}  // namespace myna
