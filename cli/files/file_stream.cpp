// SPDX-License-Identifier: Apache-2.0
#include "file_stream.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "cli/terminal/waiting.hpp"
#include "myna/crypto/pem.hpp"

namespace myna::cli {
namespace {
constexpr std::size_t kPiece = 1 << 16;
constexpr std::size_t kMaxDer = 8 << 20;
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

ByteSource FileStream::source() {
  return [this](std::span<Byte> out) { return read(out); };
}

Result<Bytes> FileStream::read_all(std::size_t limit) {
  Bytes all, piece(kPiece);
  while (true) {
    MYNA_TRY(const std::size_t count, read(piece));
    if (count == 0) return all;
    append(all, ByteView(piece).first(count));
    if (all.size() > limit) return fail(Errc::malformed);
  }
}

Status for_each_piece(const std::string& path, const std::function<void(ByteView)>& sink) {
  MYNA_TRY(FileStream file, FileStream::open(path));
  Bytes piece(kPiece);
  while (true) {
    MYNA_TRY(const std::size_t count, file.read(piece));
    if (count == 0) return {};
    sink(ByteView(piece).first(count));
  }
}

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
