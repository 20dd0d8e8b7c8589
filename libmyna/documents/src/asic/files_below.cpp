// SPDX-License-Identifier: Apache-2.0
// Files by their names in references: below one folder, through no link.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "myna/core/descriptor.hpp"
#include "myna/documents/xml_signature.hpp"
#include "xml/tree/xml_text.hpp"

namespace myna {
namespace {

using Opened = std::shared_ptr<Descriptor>;   // a ByteSource must be copyable

Opened opened(int folder, const std::string& name, int flags) {
  return std::make_shared<Descriptor>(openat(folder, name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC));
}

Result<Opened> open_below(const std::filesystem::path& folder, const std::string& name) {
  Opened at = std::make_shared<Descriptor>(open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  std::size_t from = 0;
  for (std::size_t slash = name.find('/'); slash != std::string::npos && at->get() >= 0; slash = name.find('/', from)) {
    at = opened(at->get(), name.substr(from, slash - from), O_PATH | O_DIRECTORY);
    from = slash + 1;
  }
  if (at->get() >= 0) at = opened(at->get(), name.substr(from), O_RDONLY | O_NONBLOCK);
  struct stat facts {};
  if (at->get() < 0 || fstat(at->get(), &facts) != 0) return fail_native(Errc::storage_failed, errno);
  if (!S_ISREG(facts.st_mode)) return fail(Errc::storage_failed);
  return at;
}

}  // namespace

OpenNamed files_below(const std::filesystem::path& folder) {
  return [folder](const std::string& name) -> Result<ByteSource> {
    if (!xml::is_safe_name(name)) return fail(Errc::invalid_argument);
    MYNA_TRY(const Opened file, open_below(folder.empty() ? "." : folder, name));
    return ByteSource([file](std::span<Byte> out) -> Result<std::size_t> {
      const ssize_t count = read(file->get(), out.data(), out.size());
      if (count < 0) return fail_native(Errc::storage_failed, errno);
      return static_cast<std::size_t>(count);
    });
  };
}

OpenNamed files_given(const std::vector<std::filesystem::path>& paths, OpenNamed others) {
  return [paths, others = std::move(others)](const std::string& name) -> Result<ByteSource> {
    const std::string last = name.substr(name.rfind('/') + 1);
    const auto fits = [&last](const std::filesystem::path& path) { return path.filename() == last; };
    const auto count = std::ranges::count_if(paths, fits);
    if (count > 1) return fail(Errc::invalid_argument);
    if (count == 0) return others ? others(name) : Result<ByteSource>(fail(Errc::storage_failed));
    return files_below(std::ranges::find_if(paths, fits)->parent_path())(last);
  };
}

}  // namespace myna
