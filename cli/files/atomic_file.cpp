// SPDX-License-Identifier: Apache-2.0
#include "atomic_file.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <optional>
#include <random>
#include <utility>

#include "cli/terminal/screen.hpp"
#include "cli/terminal/waiting.hpp"

namespace myna::cli {
namespace {

Unexpected storage_error() { return fail_native(Errc::storage_failed, errno); }

struct NamedDescriptor {
  std::string_view name;
  int number;
};
constexpr std::array kDescriptors{NamedDescriptor{"-", kStandardOutput}, NamedDescriptor{"/dev/stdout", kStandardOutput},
                                  NamedDescriptor{"/dev/stderr", kStandardError}, NamedDescriptor{"/dev/stdin", 0}};
constexpr std::array<std::string_view, 2> kDescriptorFolders{"/dev/fd/", "/proc/self/fd/"};

// The descriptor of this process that a path means. Opened anew, a file behind it would be written from its beginning.
std::optional<int> descriptor_of(std::string_view path) {
  for (const NamedDescriptor& row : kDescriptors) {
    if (path == row.name) return row.number;
  }
  for (const std::string_view folder : kDescriptorFolders) {
    if (!path.starts_with(folder)) continue;
    int number = -1;
    const auto [rest, error] = std::from_chars(path.data() + folder.size(), path.data() + path.size(), number);
    if (error == std::errc{} && rest == path.data() + path.size() && number >= 0) return number;
  }
  return std::nullopt;
}

bool can_be_written(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags >= 0 && (flags & O_ACCMODE) == O_RDONLY) errno = EBADF;
  return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

bool takes_a_stream(const struct stat& info) { return S_ISCHR(info.st_mode) || S_ISFIFO(info.st_mode); }

// The kernel takes the umask off: what any program of the user would give.
constexpr mode_t kMode = 0666;
constexpr int kNames = 100;   // tried, of more than two milliards

int open_new(const std::filesystem::path& target, std::string& name) {
  std::random_device random;
  for (int i = 0; i < kNames; ++i) {
    name = (target.parent_path() / ("." + target.filename().string() + "." + std::to_string(random()))).string();
    const int fd = ::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kMode);
    if (fd >= 0 || errno != EEXIST) return fd;
  }
  return -1;
}

}  // namespace

Result<AtomicFile> AtomicFile::create(const std::string& path, bool replace) {
  if (const auto number = descriptor_of(path)) return into_descriptor(path, *number);
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) return beside(path, replace);
  if (!replace) return fail(Errc::output_exists);
  if (S_ISREG(info.st_mode)) return beside(path, replace);
  if (::stat(path.c_str(), &info) != 0 || !takes_a_stream(info)) return fail(Errc::output_unsuitable);
  MYNA_TRY(const int fd, open_patiently(path, O_WRONLY));
  return AtomicFile(path, {}, fd, replace);
}

Result<AtomicFile> AtomicFile::beside(const std::string& path, bool replace) {
  std::string temporary;
  const int fd = open_new(path, temporary);
  if (fd < 0) return storage_error();
  return AtomicFile(path, std::move(temporary), fd, replace);
}

Result<AtomicFile> AtomicFile::into_descriptor(const std::string& path, int number) {
  if (!can_be_written(number)) return storage_error();
  const int fd = ::fcntl(number, F_DUPFD_CLOEXEC, 0);
  if (fd < 0) return storage_error();
  return AtomicFile(path, {}, fd, true);
}

AtomicFile::AtomicFile(std::string path, std::string temporary, int fd, bool replace)
    : path_(std::move(path)), temporary_(std::move(temporary)), fd_(fd), replace_(replace) {
  if (!temporary_.empty()) unfinished_ = std::make_unique<Unfinished>(temporary_);
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, {})), unfinished_(std::move(other.unfinished_)),
      fd_(std::exchange(other.fd_, -1)), replace_(other.replace_) {}

AtomicFile::~AtomicFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Status AtomicFile::write(ByteView data) {
  return ::isatty(fd_) != 0 ? show(fd_, Shown::page(as_text(data))) : write_all(fd_, data);
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
  if (!temporary_.empty()) {
    if (::fsync(fd_) != 0) return storage_error();
    MYNA_CHECK(put_in_place());
    unfinished_.reset();
  }
  const int closed = ::close(std::exchange(fd_, -1));
  return closed == 0 ? Status{} : Status{storage_error()};
}

}  // namespace myna::cli
