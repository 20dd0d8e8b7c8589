// SPDX-License-Identifier: Apache-2.0
#include "myna/documents/input.hpp"

#include <algorithm>
#include <array>

namespace myna {
namespace {

constexpr std::size_t kPiece = 1 << 16;

class MemoryAccess final : public RandomAccess {
 public:
  explicit MemoryAccess(ByteView bytes) : bytes_(bytes) {}

  std::uint64_t size() const noexcept override { return bytes_.size(); }

  Status read(std::uint64_t offset, std::span<Byte> out) const override {
    if (offset > bytes_.size() || out.size() > bytes_.size() - offset) return fail(Errc::storage_failed);
    std::ranges::copy(bytes_.subspan(static_cast<std::size_t>(offset), out.size()), out.begin());
    return {};
  }

 private:
  ByteView bytes_;
};

class MemoryInput final : public DocumentInput {
 public:
  explicit MemoryInput(ByteView bytes) : bytes_(bytes) {}

  Result<ByteSource> open() const override {
    return ByteSource([rest = bytes_](std::span<Byte> out) mutable -> Result<std::size_t> {
      const std::size_t count = std::min(out.size(), rest.size());
      std::copy_n(rest.begin(), count, out.begin());
      rest = rest.subspan(count);
      return count;
    });
  }

  Result<std::shared_ptr<RandomAccess>> open_random_access() const override {
    return std::shared_ptr<RandomAccess>(std::make_shared<MemoryAccess>(bytes_));
  }

 private:
  ByteView bytes_;
};

}  // namespace

Result<Bytes> RandomAccess::piece(std::uint64_t offset, std::uint64_t count) const {
  if (offset > size() || count > size() - offset) return fail(Errc::malformed);
  Bytes bytes(static_cast<std::size_t>(count));
  MYNA_CHECK(read(offset, bytes));
  return bytes;
}

Status RandomAccess::stream(std::uint64_t from, std::uint64_t to, const ByteSink& sink) const {
  std::array<Byte, kPiece> buffer{};
  while (from < to) {
    const std::span<Byte> part = std::span(buffer).first(static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, to - from)));
    MYNA_CHECK(read(from, part));
    MYNA_CHECK(sink(part));
    from += part.size();
  }
  return {};
}

InputPtr memory_input(ByteView bytes) { return std::make_shared<MemoryInput>(bytes); }

Status for_each_piece(const ByteSource& source, const ByteSink& sink) {
  Bytes piece(kPiece);
  while (true) {
    MYNA_TRY(const std::size_t count, source(piece));
    if (count == 0) return {};
    MYNA_CHECK(sink(ByteView(piece).first(count)));
  }
}

Status for_each_piece(const DocumentInput& input, const ByteSink& sink) {
  MYNA_TRY(const ByteSource source, input.open());
  return for_each_piece(source, sink);
}

Result<Bytes> read_all(const ByteSource& source, std::size_t limit, Errc larger) {
  Bytes all;
  MYNA_CHECK(for_each_piece(source, [&](ByteView piece) -> Status {
    if (all.size() + piece.size() > limit) return fail(larger);
    append(all, piece);
    return {};
  }));
  return all;
}

Result<Bytes> read_all(const DocumentInput& input, std::size_t limit, Errc larger) {
  MYNA_TRY(const ByteSource source, input.open());
  return read_all(source, limit, larger);
}

}  // namespace myna
