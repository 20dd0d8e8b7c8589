// SPDX-License-Identifier: Apache-2.0
// Takes a SignedData apart while it streams by: BER with definite or indefinite lengths (X.690, 8.1.3), content as one
// OCTET STRING or as pieces. Only the content is not kept; the rest is bounded.
#include <algorithm>
#include <array>
#include <optional>

#include "myna/core/hex.hpp"
#include "cms_verify.hpp"
#include "report/der_object.hpp"

namespace myna {
namespace {

constexpr std::size_t kMaxKept = 8 << 20;   // certificates, CRLs and signers of one signature
constexpr int kMaxDepth = 24;
constexpr int kMaxPieces = 6;               // levels of strings in strings, as other programs take them
constexpr std::size_t kBuffer = 16384;

constexpr Byte kConstructed = 0x20;
constexpr Byte kLongTag = 0x1F;
constexpr Byte kContext0 = 0xA0;
constexpr Byte kOctets = 0x04;
constexpr Byte kConstructedOctets = 0x24;
constexpr auto kSignedDataId = hex("06092A864886F70D010702");

struct Head {
  Byte tag = 0;
  std::optional<std::uint64_t> length;   // none: indefinite
  bool is_end() const { return tag == 0x00 && length == std::uint64_t{0}; }
};

// The input byte by byte, with its position.
class Input {
 public:
  explicit Input(const ByteSource& source) : source_(source) {}

  std::uint64_t position() const { return position_; }

  Result<bool> at_end() {
    if (next_ < filled_) return false;
    next_ = 0;
    MYNA_TRY(filled_, source_(buffer_));
    return filled_ == 0;
  }

  Result<Byte> byte() {
    MYNA_TRY(const bool end, at_end());
    if (end) return fail(Errc::malformed);
    ++position_;
    return buffer_[next_++];
  }

  // Hands exactly `count` bytes to the sink.
  Status pass(std::uint64_t count, const ByteSink& sink) {
    while (count != 0) {
      MYNA_TRY(const bool end, at_end());
      if (end) return fail(Errc::malformed);
      const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(count, filled_ - next_));
      MYNA_CHECK(sink(ByteView(buffer_).subspan(next_, part)));
      next_ += part;
      position_ += part;
      count -= part;
    }
    return {};
  }

 private:
  const ByteSource& source_;
  std::array<Byte, kBuffer> buffer_{};
  std::size_t next_ = 0;
  std::size_t filled_ = 0;
  std::uint64_t position_ = 0;
};

// A constructed object that was entered: where it ends, or that it ends with 0000.
struct Frame {
  std::optional<std::uint64_t> end;
};

class Parser {
 public:
  Parser(const ByteSource& source, const ByteSink& content) : input_(source), content_(content) {}

  Result<Bytes> run() {
    MYNA_TRY(const Frame info, enter(der_tag::kSequence));
    MYNA_TRY(const Bytes type, keep_object());
    if (!equal(type, kSignedDataId)) return fail(Errc::malformed);
    MYNA_TRY(const Frame explicit_content, enter(kContext0));
    MYNA_TRY(const Frame signed_data, enter(der_tag::kSequence));
    MYNA_TRY(const Bytes before, keep_two_objects());
    MYNA_TRY(const Bytes content_type, encapsulated());
    MYNA_TRY(const Bytes after, keep_until_end(signed_data));
    MYNA_CHECK(leave(explicit_content));
    MYNA_CHECK(leave(info));
    MYNA_TRY(const bool end, input_.at_end());
    if (!end) return fail(Errc::malformed);
    return detached(before, content_type, after);
  }

  bool attached() const { return attached_; }

 private:
  static Bytes detached(ByteView before, ByteView content_type, ByteView after) {
    Bytes out;
    for (const ByteView part : {ByteView(kOpenSequence), ByteView(kSignedDataId), ByteView(kOpenContext0), ByteView(kOpenSequence),
                                before, ByteView(kOpenSequence), content_type, ByteView(kEndOfContents), after, ByteView(kEndOfContents),
                                ByteView(kEndOfContents), ByteView(kEndOfContents)}) {
      append(out, part);
    }
    return out;
  }

  Result<Head> head() {
    Head head;
    MYNA_TRY(head.tag, input_.byte());
    if ((head.tag & kLongTag) == kLongTag) return fail(Errc::malformed);   // nothing of CMS has a tag of several bytes
    MYNA_TRY(const Byte first, input_.byte());
    if (first < 0x80) head.length = first;
    if (first <= 0x80) return head;
    if (first > 0x88) return fail(Errc::malformed);
    std::uint64_t length = 0;
    for (int i = 0; i < (first & 0x7F); ++i) {
      MYNA_TRY(const Byte digit, input_.byte());
      length = length << 8 | digit;
    }
    head.length = length;
    return head;
  }

  Frame frame_of(const Head& head) const {
    return head.length ? Frame{input_.position() + *head.length} : Frame{};
  }

  Result<Frame> enter(Byte tag) {
    MYNA_TRY(const Head found, head());
    if (found.tag != tag) return fail(Errc::malformed);
    return frame_of(found);
  }

  Status leave(const Frame& frame) {
    if (frame.end) return input_.position() == *frame.end ? Status{} : Status{fail(Errc::malformed)};
    MYNA_TRY(const Head end, head());
    return end.is_end() ? Status{} : Status{fail(Errc::malformed)};
  }

  // True when the frame has nothing more; takes the 0000 of an indefinite one.
  Result<bool> done(const Frame& frame, Head& next) {
    if (frame.end && input_.position() > *frame.end) return fail(Errc::malformed);   // an object that reaches out of its frame
    if (frame.end && input_.position() == *frame.end) return true;
    MYNA_TRY(next, head());
    return !frame.end && next.is_end();
  }

  // Objects are kept in the same form, with indefinite lengths where they had some.
  Result<Bytes> keep_object() {
    MYNA_TRY(const Head next, head());
    Bytes kept;
    MYNA_CHECK(keep(next, kept, kMaxDepth));
    return kept;
  }

  Result<Bytes> keep_two_objects() {
    MYNA_TRY(Bytes first, keep_object());
    MYNA_TRY(const Bytes second, keep_object());
    append(first, second);
    return first;
  }

  Status keep(const Head& head, Bytes& kept, int levels) {
    if (levels == 0) return fail(Errc::malformed);
    put_head(head, kept);
    if (head.length) return keep_bytes(*head.length, kept);
    if ((head.tag & kConstructed) == 0) return fail(Errc::malformed);
    while (true) {
      MYNA_TRY(const Head next, this->head());
      if (next.is_end()) break;
      MYNA_CHECK(keep(next, kept, levels - 1));
    }
    append(kept, kEndOfContents);
    return {};
  }

  Status keep_bytes(std::uint64_t count, Bytes& kept) {
    if (count > kMaxKept || kept_ + count > kMaxKept) return fail(Errc::malformed);
    kept_ += count;
    return input_.pass(count, [&kept](ByteView part) {
      append(kept, part);
      return Status{};
    });
  }

  static void put_head(const Head& head, Bytes& kept) {
    kept.push_back(head.tag);
    if (!head.length) return kept.push_back(0x80);
    const std::uint64_t length = *head.length;
    if (length < 0x80) return kept.push_back(static_cast<Byte>(length));
    kept.push_back(0x84);   // kMaxKept fits into four bytes
    for (int shift = 24; shift >= 0; shift -= 8) kept.push_back(static_cast<Byte>(length >> shift));
  }

  Result<Bytes> keep_until_end(const Frame& frame) {
    Bytes kept;
    Head next;
    while (true) {
      MYNA_TRY(const bool end, done(frame, next));
      if (end) return kept;
      MYNA_CHECK(keep(next, kept, kMaxDepth));
    }
  }

  // EncapsulatedContentInfo: the type, and the content when it is inside. Gives the type.
  Result<Bytes> encapsulated() {
    MYNA_TRY(const Frame frame, enter(der_tag::kSequence));
    MYNA_TRY(const Bytes type, keep_object());
    if (type.empty() || type.front() != der_tag::kObjectId) return fail(Errc::malformed);
    Head next;
    MYNA_TRY(const bool detached, done(frame, next));
    if (detached) return type;
    if (next.tag != kContext0) return fail(Errc::malformed);
    attached_ = true;
    const Frame explicit_content = frame_of(next);
    MYNA_TRY(const Head octets, head());
    MYNA_CHECK(pass_octets(octets, kMaxPieces));
    MYNA_CHECK(leave(explicit_content));
    MYNA_CHECK(leave(frame));
    return type;
  }

  Status pass_octets(const Head& octets, int levels) {
    if (levels == 0) return fail(Errc::malformed);
    if (octets.tag == kOctets && octets.length) return input_.pass(*octets.length, content_);
    if (octets.tag != kConstructedOctets) return fail(Errc::malformed);
    const Frame frame = frame_of(octets);
    Head next;
    while (true) {
      MYNA_TRY(const bool end, done(frame, next));
      if (end) return {};
      MYNA_CHECK(pass_octets(next, levels - 1));
    }
  }

  static constexpr auto kOpenSequence = hex("3080");
  static constexpr auto kOpenContext0 = hex("A080");
  static constexpr auto kEndOfContents = hex("0000");

  Input input_;
  const ByteSink& content_;
  std::uint64_t kept_ = 0;
  bool attached_ = false;
};

}  // namespace

Result<CmsReader> CmsReader::read(const ByteSource& source, const ByteSink& content) {
  Parser parser(source, content);
  CmsReader reader;
  MYNA_TRY(reader.detached_, parser.run());
  reader.attached_ = parser.attached();
  return reader;
}

}  // namespace myna
