// SPDX-License-Identifier: Apache-2.0
// An output that appears whole or not at all: written beside its place, synced, renamed. What is no file (a pipe, a device, "-" and other
// descriptors of ours) is written into as the bytes come, and never replaced.
#pragma once

#include <memory>
#include <string>

#include "cli/terminal/interruption.hpp"
#include "myna/core/bytes.hpp"
#include "myna/core/result.hpp"

namespace myna::cli {

class AtomicFile {
 public:
  // Opens the temporary file, so that a missing directory or a full disk is found before a PIN is spent. Descriptors of this process have
  // names: "-", /dev/stdout, /dev/stderr, /dev/fd/N, /proc/self/fd/N. Of what exists, `replace` lets regular files be replaced, and FIFOs
  // and character devices be written into. Errors: output_exists without `replace`; output_unsuitable for links to files, folders, sockets
  // and disks; cancelled while nobody reads the FIFO; storage_failed.
  static Result<AtomicFile> create(const std::string& path, bool replace);
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  ~AtomicFile();   // without commit nothing is left

  // A terminal gets the bytes in the harmless form of Shown::page.
  Status write(ByteView data);
  // Errors: output_exists when somebody made it meanwhile, storage_failed.
  Status commit();
  const std::string& path() const { return path_; }
  // Where the bytes lie before commit; empty when they do not lie anywhere.
  const std::string& temporary_path() const { return temporary_; }

 private:
  AtomicFile(std::string path, std::string temporary, int fd, bool replace);
  static Result<AtomicFile> beside(const std::string& path, bool replace);
  static Result<AtomicFile> into_descriptor(const std::string& path, int number);
  Status put_in_place();

  std::string path_;
  std::string temporary_;
  std::unique_ptr<Unfinished> unfinished_;
  int fd_;
  bool replace_;
};

}  // namespace myna::cli
