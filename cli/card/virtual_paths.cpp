// SPDX-License-Identifier: Apache-2.0
#include "virtual_paths.hpp"

#include <cstdlib>

namespace myna::cli {
namespace {

std::filesystem::path data_home() {
  const char* given = std::getenv("XDG_DATA_HOME");
  if (given != nullptr && *given == '/') return given;
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home != nullptr ? home : ".") / ".local" / "share";
}

}  // namespace

std::filesystem::path virtual_directory(const std::string& given) {
  if (given.find('/') != std::string::npos || given == "." || given == "..") {
    return std::filesystem::absolute(given).lexically_normal();
  }
  return data_home() / "myna" / "virtual" / given;
}

}  // namespace myna::cli
