// SPDX-License-Identifier: Apache-2.0
#include "cli/atomic_file.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

namespace myna::cli {
namespace {

constexpr std::string_view kStdout = "-";

Unexpected storage_error() { return fail_native(Errc::storage_failed, errno); }

// mkostemp makes 0600; an output gets what any program of the user would give it.
void apply_umask(int fd) {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  ::fchmod(fd, 0666 & ~mask);
}

}  // namespace

Result<AtomicFile> AtomicFile::create(const std::string& path, bool replace) {
  if (path == kStdout) return AtomicFile(path, {}, STDOUT_FILENO, true);
  struct stat info{};
  const bool exists = ::lstat(path.c_str(), &info) == 0;
  if (exists && !replace) return fail(Errc::output_exists);
  if (exists && S_ISDIR(info.st_mode)) return fail_native(Errc::storage_failed, EISDIR);
  const std::filesystem::path target(path);
  std::string temporary = (target.parent_path() / ("." + target.filename().string() + ".XXXXXX")).string();
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return storage_error();
  return AtomicFile(path, std::move(temporary), fd, replace);
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, {})), fd_(std::exchange(other.fd_, -1)),
      replace_(other.replace_) {}

AtomicFile::~AtomicFile() {
  if (is_stdout() || fd_ < 0) return;
  ::close(fd_);
  ::unlink(temporary_.c_str());
}

Status AtomicFile::write(ByteView data) {
  while (!data.empty()) {
    const ssize_t count = ::write(fd_, data.data(), data.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return storage_error();
    data = data.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

// RENAME_NOREPLACE is not there on every file system; then a link does the same.
Status AtomicFile::put_in_place() {
  if (replace_) return ::rename(temporary_.c_str(), path_.c_str()) == 0 ? Status{} : Status{storage_error()};
  if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno == EINVAL && ::link(temporary_.c_str(), path_.c_str()) == 0) {
    ::unlink(temporary_.c_str());
    return {};
  }
  return errno == EEXIST ? Status{fail(Errc::output_exists)} : Status{storage_error()};
}

Status AtomicFile::commit() {
  if (is_stdout()) return {};
  apply_umask(fd_);
  if (::fsync(fd_) != 0) return storage_error();
  MYNA_CHECK(put_in_place());
  const int closed = ::close(std::exchange(fd_, -1));
  return closed == 0 ? Status{} : Status{storage_error()};
}

}  // namespace myna::cli
