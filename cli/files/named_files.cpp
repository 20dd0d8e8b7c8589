// SPDX-License-Identifier: Apache-2.0
#include "named_files.hpp"

#include <algorithm>

namespace myna::cli {
namespace {

std::string name_of(const std::string& path) { return std::filesystem::path(path).filename().string(); }

}  // namespace

OpenNamed one_of(std::vector<std::string> paths) {
  return [paths = std::move(paths)](const std::string& name) -> Result<ByteSource> {
    const auto found = std::ranges::find(paths, name, name_of);
    if (found == paths.end()) return fail(Errc::storage_failed);
    if (std::ranges::count(paths, name, name_of) > 1) return fail(Errc::invalid_argument);
    return input_file(*found)->open();
  };
}

OpenNamed named_files(const VerifyInput& input) {
  std::vector<OpenNamed> places{one_of(input.contents), files_below(folder_of(input.path))};
  for (const std::string& folder : input.folders) places.push_back(files_below(folder));
  return [places = std::move(places)](const std::string& name) -> Result<ByteSource> {
    Result<ByteSource> found = fail(Errc::storage_failed);
    for (std::size_t i = 0; i < places.size() && !found; ++i) found = places[i](name);
    return found;
  };
}

}  // namespace myna::cli
