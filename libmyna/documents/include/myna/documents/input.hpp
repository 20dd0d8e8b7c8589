// SPDX-License-Identifier: Apache-2.0
// What documents are read from, one kind for every format, to sign and to verify: as a stream from its beginning, as often as wanted, and
// at any place where the input has that. Nobody has to take a large file into memory.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "myna/core/bytes.hpp"
#include "myna/core/result.hpp"

namespace myna {

// Gives the next piece of a stream, at most what fits; 0 at the end.
using ByteSource = std::function<Result<std::size_t>(std::span<Byte>)>;
using ByteSink = std::function<Status(ByteView)>;

// Bytes that are read at any place.
class RandomAccess {
 public:
  RandomAccess() = default;
  RandomAccess(const RandomAccess&) = delete;
  RandomAccess& operator=(const RandomAccess&) = delete;
  virtual ~RandomAccess() = default;
  virtual std::uint64_t size() const noexcept = 0;
  // Fills `out`; storage_failed also where fewer bytes are there.
  virtual Status read(std::uint64_t offset, std::span<Byte> out) const = 0;

  // Errc::malformed beyond the end.
  Result<Bytes> piece(std::uint64_t offset, std::uint64_t count) const;
  // Passes [from, to) on, in pieces.
  Status stream(std::uint64_t from, std::uint64_t to, const ByteSink& sink) const;
};

// The content may change between two openings: whoever reads twice compares.
class DocumentInput {
 public:
  DocumentInput() = default;
  DocumentInput(const DocumentInput&) = delete;
  DocumentInput& operator=(const DocumentInput&) = delete;
  virtual ~DocumentInput() = default;
  // From the beginning each time. Errors: storage_failed, cancelled.
  virtual Result<ByteSource> open() const = 0;
  // As it is now. Errors: storage_failed, also for what is no regular file.
  virtual Result<std::shared_ptr<RandomAccess>> open_random_access() const = 0;
};
using InputPtr = std::shared_ptr<const DocumentInput>;

InputPtr file_input(std::string path);
// The bytes must outlive it.
InputPtr memory_input(ByteView bytes);

// Passes all of it on. Errors: those of the input and of the sink.
Status for_each_piece(const ByteSource& source, const ByteSink& sink);
Status for_each_piece(const DocumentInput& input, const ByteSink& sink);
// Everything, at most `limit` bytes; `larger` for more.
Result<Bytes> read_all(const ByteSource& source, std::size_t limit, Errc larger = Errc::malformed);
Result<Bytes> read_all(const DocumentInput& input, std::size_t limit, Errc larger = Errc::malformed);

}  // namespace myna
