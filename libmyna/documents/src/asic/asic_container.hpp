// SPDX-License-Identifier: Apache-2.0
// The ZIP of an ASiC container, read with distrust, and written over libzip. Private to libmyna/documents.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "myna/documents/xml_signature.hpp"

namespace myna {

inline constexpr std::string_view kAsicMimeType = "application/vnd.etsi.asic-e+zip";
inline constexpr std::string_view kMetaFolder = "META-INF/";
inline constexpr std::string_view kAsicSpace = "http://uri.etsi.org/02918/v1.2.1#";

// Every entry in memory; `problem` says why the rest may not be used.
struct Container {
  std::optional<Text> problem;
  std::map<std::string, Bytes> entries;           // without folders and `mimetype`

  std::vector<std::string> data_files() const;    // outside META-INF
  OpenNamed opener() const;                       // valid as long as the container
};

// Errors: malformed when this is no ZIP.
Result<Container> read_container(ByteView zip);

// A name is another's, or the folder that another lies in, on systems that keep neither upper and lower case apart, nor ways to write one
// letter, nor dots and blanks at an end.
bool is_merged(const std::vector<std::string>& names);

struct NewEntry {
  std::string name;
  Bytes content;
};
// A new container, or `before` with more entries. Errors: storage_failed.
Result<Bytes> write_container(ByteView before, const std::vector<NewEntry>& entries, std::chrono::sys_seconds time);

}  // namespace myna
