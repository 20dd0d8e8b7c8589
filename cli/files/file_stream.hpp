// SPDX-License-Identifier: Apache-2.0
// A file read piece by piece, in constant memory.
#pragma once

#include <string>
#include <vector>

#include "myna/core/bytes.hpp"
#include "myna/core/result.hpp"
#include "myna/documents/input.hpp"

namespace myna::cli {

class FileStream {
 public:
  // Errors: storage_failed; cancelled, as of everything that reads here, when the end was asked for.
  static Result<FileStream> open(const std::string& path);
  FileStream(FileStream&& other) noexcept;
  FileStream& operator=(FileStream&&) = delete;
  ~FileStream();

  Result<std::size_t> read(std::span<Byte> out);
  // Everything, at most `limit` bytes. Errc::malformed for more.
  Result<Bytes> read_all(std::size_t limit);

 private:
  explicit FileStream(int fd) noexcept : fd_(fd) {}
  int fd_;
};

// The file as the library reads documents.
InputPtr input_file(const std::string& path);

// A file of at most 8 MiB as DER, PEM taken apart.
Result<Bytes> read_der_file(const std::string& path);
// The same for PEM with several objects, one behind the other.
Result<std::vector<Bytes>> read_der_files(const std::string& path);

}  // namespace myna::cli
