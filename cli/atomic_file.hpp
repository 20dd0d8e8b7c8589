// SPDX-License-Identifier: Apache-2.0
// An output that appears whole or not at all: written beside its place, synced, renamed. "-" is standard output, where the
// bytes appear at commit.
#pragma once

#include <filesystem>
#include <string>

#include "myna/bytes.hpp"
#include "myna/result.hpp"

namespace myna::cli {

class AtomicFile {
 public:
  // Opens the temporary file, so that a missing directory or a full disk is found before a PIN is spent. Errors:
  // output_exists without `replace`, storage_failed.
  static Result<AtomicFile> create(const std::string& path, bool replace);
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  ~AtomicFile();   // without commit nothing is left

  Status write(ByteView data);
  // Errors: output_exists when somebody made it meanwhile, storage_failed.
  Status commit();
  const std::string& path() const { return path_; }
  // Where the bytes lie before commit.
  const std::string& temporary_path() const { return temporary_; }

 private:
  AtomicFile(std::string path, std::string temporary, int fd, bool replace)
      : path_(std::move(path)), temporary_(std::move(temporary)), fd_(fd), replace_(replace) {}
  bool is_stdout() const { return temporary_.empty(); }
  Status put_in_place();

  std::string path_;
  std::string temporary_;
  int fd_;
  bool replace_;
};

}  // namespace myna::cli
