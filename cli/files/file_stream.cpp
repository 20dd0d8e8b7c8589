// SPDX-License-Identifier: Apache-2.0
#include "file_stream.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "cli/terminal/waiting.hpp"
#include "myna/crypto/crypto.hpp"
#include "myna/crypto/pem.hpp"

namespace myna::cli {
namespace {
constexpr std::size_t kMaxDer = 8 << 20;

// Pipes are waited for, and an end that was asked for is obeyed.
class FileInput final : public DocumentInput {
 public:
  explicit FileInput(std::string path) : path_(std::move(path)) {}

  Result<ByteSource> open() const override {
    MYNA_TRY(FileStream opened, FileStream::open(path_));
    const auto file = std::make_shared<FileStream>(std::move(opened));
    return ByteSource([file](std::span<Byte> out) { return file->read(out); });
  }

  Result<std::shared_ptr<RandomAccess>> open_random_access() const override { return file_input(path_)->open_random_access(); }

 private:
  std::string path_;
};

}  // namespace

Result<FileStream> FileStream::open(const std::string& path) {
  MYNA_TRY(const int fd, open_patiently(path, O_RDONLY));
  return FileStream(fd);
}

FileStream::FileStream(FileStream&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileStream::~FileStream() {
  if (fd_ >= 0) ::close(fd_);
}

Result<std::size_t> FileStream::read(std::span<Byte> out) { return read_some(fd_, out); }

Result<Bytes> FileStream::read_all(std::size_t limit) {
  return myna::read_all([this](std::span<Byte> out) { return read(out); }, limit);
}

InputPtr input_file(const std::string& path) { return std::make_shared<FileInput>(path); }

Result<Bytes> read_der_file(const std::string& path) {
  MYNA_TRY(FileStream file, FileStream::open(path));
  MYNA_TRY(const Bytes all, file.read_all(kMaxDer));
  return der_from_pem(all);
}

Result<std::vector<Bytes>> read_der_files(const std::string& path) {
  MYNA_TRY(FileStream file, FileStream::open(path));
  MYNA_TRY(const Bytes all, file.read_all(kMaxDer));
  return ders_from_pem(all);
}

}  // namespace myna::cli
