// SPDX-License-Identifier: Apache-2.0
// Files that a signature names, found where the person who signs or verifies says that they are.
#pragma once

#include <filesystem>

#include "cli/verify/verify_format.hpp"
#include "file_stream.hpp"
#include "myna/documents/xml_signature.hpp"

namespace myna::cli {

inline std::filesystem::path folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder;
}

// One of these paths, by its last part; twice the same is invalid_argument.
OpenNamed one_of(std::vector<std::string> paths);
// Those of --content by their last part, then beside the signature, then in the folders of the input.
OpenNamed named_files(const VerifyInput& input);

}  // namespace myna::cli
