// SPDX-License-Identifier: Apache-2.0
// A file as an input: opened anew for each reading, and never held in memory.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "myna/core/descriptor.hpp"
#include "myna/documents/input.hpp"

namespace myna {
namespace {

using File = std::shared_ptr<Descriptor>;   // a ByteSource must be copyable

class FileAccess final : public RandomAccess {
 public:
  FileAccess(File file, std::uint64_t size) : file_(std::move(file)), size_(size) {}

  std::uint64_t size() const noexcept override { return size_; }

  Status read(std::uint64_t offset, std::span<Byte> out) const override {
    while (!out.empty()) {
      const ssize_t count = ::pread(file_->get(), out.data(), out.size(), static_cast<off_t>(offset));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return fail_native(Errc::storage_failed, errno);
      if (count == 0) return fail(Errc::storage_failed);
      out = out.subspan(static_cast<std::size_t>(count));
      offset += static_cast<std::uint64_t>(count);
    }
    return {};
  }

 private:
  File file_;
  std::uint64_t size_;
};

Result<std::size_t> read_next(const File& file, std::span<Byte> out) {
  while (true) {
    const ssize_t count = ::read(file->get(), out.data(), out.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return fail_native(Errc::storage_failed, errno);
  }
}

class FileInput final : public DocumentInput {
 public:
  explicit FileInput(std::string path) : path_(std::move(path)) {}

  Result<ByteSource> open() const override {
    MYNA_TRY(const File file, opened());
    return ByteSource([file](std::span<Byte> out) { return read_next(file, out); });
  }

  Result<std::shared_ptr<RandomAccess>> open_random_access() const override {
    MYNA_TRY(const File file, opened());
    struct stat facts {};
    if (::fstat(file->get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return fail(Errc::storage_failed);
    return std::shared_ptr<RandomAccess>(std::make_shared<FileAccess>(file, static_cast<std::uint64_t>(facts.st_size)));
  }

 private:
  Result<File> opened() const {
    const auto file = std::make_shared<Descriptor>(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file->ok()) return fail_native(Errc::storage_failed, errno);
    return file;
  }

  std::string path_;
};

}  // namespace

InputPtr file_input(std::string path) { return std::make_shared<FileInput>(std::move(path)); }

}  // namespace myna
