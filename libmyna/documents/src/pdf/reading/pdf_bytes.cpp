// SPDX-License-Identifier: Apache-2.0
#include "pdf_bytes.hpp"

#include <algorithm>
#include <cstdio>

namespace myna::pdf {
namespace {

constexpr std::size_t kPiece = 1 << 16;

class JoinedBytes final : public RandomAccess {
 public:
  JoinedBytes(std::shared_ptr<RandomAccess> original, Bytes appended) : original_(std::move(original)), appended_(std::move(appended)) {}

  std::uint64_t size() const noexcept override { return original_->size() + appended_.size(); }

  Status read(std::uint64_t offset, std::span<Byte> out) const override {
    if (offset > size() || out.size() > size() - offset) return fail(Errc::storage_failed);
    const std::uint64_t seam = original_->size();
    const auto before = static_cast<std::size_t>(offset < seam ? std::min<std::uint64_t>(out.size(), seam - offset) : 0);
    if (before != 0) MYNA_CHECK(original_->read(offset, out.first(before)));
    if (before == out.size()) return {};
    const auto rest = ByteView(appended_).subspan(static_cast<std::size_t>(offset + before - seam), out.size() - before);
    std::ranges::copy(rest, out.begin() + static_cast<std::ptrdiff_t>(before));
    return {};
  }

 private:
  std::shared_ptr<RandomAccess> original_;
  Bytes appended_;
};

// What libqpdf reads: the first `end_` bytes, through a window.
class View final : public InputSource {
 public:
  View(std::shared_ptr<const RandomAccess> bytes, std::uint64_t end) : bytes_(std::move(bytes)), end_(static_cast<qpdf_offset_t>(end)) {}

  qpdf_offset_t findAndSkipNextEOL() override {
    for (; at_ < end_ && !is_eol(byte()); ++at_) {}
    const qpdf_offset_t found = at_;
    for (; at_ < end_ && is_eol(byte()); ++at_) {}
    return found;
  }

  std::string const& getName() const override { return name_; }
  qpdf_offset_t tell() override { return at_; }
  void rewind() override { at_ = 0; }
  void unreadCh(char) override { --at_; }

  void seek(qpdf_offset_t offset, int whence) override {
    const qpdf_offset_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? at_ : end_;
    if (from + offset < 0) throw std::runtime_error("seek before the beginning");
    at_ = from + offset;
  }

  std::size_t read(char* to, std::size_t length) override {
    last_offset = at_;
    const auto left = static_cast<std::size_t>(std::max<qpdf_offset_t>(end_ - at_, 0));
    const std::size_t count = std::min(length, left);
    const std::span<Byte> out(reinterpret_cast<Byte*>(to), count);
    if (count > kPiece) {
      must(bytes_->read(static_cast<std::uint64_t>(at_), out));
    } else if (count != 0) {
      fill(count);
      std::copy_n(window_.begin() + (at_ - window_at_), count, out.begin());
    }
    at_ += static_cast<qpdf_offset_t>(count);
    return count;
  }

 private:
  static bool is_eol(Byte c) { return c == '\r' || c == '\n'; }

  static void must(const Status& status) {
    if (!status) throw QPDFExc(qpdf_e_system, "", "", 0, "the file cannot be read");
  }

  Byte byte() {
    fill(1);
    return window_[static_cast<std::size_t>(at_ - window_at_)];
  }

  // The window holds `count` bytes from at_ on.
  void fill(std::size_t count) {
    if (at_ >= window_at_ && at_ + static_cast<qpdf_offset_t>(count) <= window_at_ + static_cast<qpdf_offset_t>(window_.size())) return;
    window_at_ = at_;
    window_.resize(std::min(kPiece, static_cast<std::size_t>(end_ - at_)));
    must(bytes_->read(static_cast<std::uint64_t>(at_), window_));
  }

  std::shared_ptr<const RandomAccess> bytes_;
  qpdf_offset_t end_;
  qpdf_offset_t at_ = 0;
  qpdf_offset_t window_at_ = 0;
  Bytes window_;
  std::string name_ = "pdf";
};

}  // namespace

std::shared_ptr<RandomAccess> joined(std::shared_ptr<RandomAccess> original, Bytes appended) {
  return std::make_shared<JoinedBytes>(std::move(original), std::move(appended));
}

std::unique_ptr<QPDF> parse(std::shared_ptr<const RandomAccess> bytes, std::uint64_t end, bool repair) {
  auto pdf = std::make_unique<QPDF>();
  pdf->setSuppressWarnings(true);
  pdf->setAttemptRecovery(repair);
  pdf->processInputSource(std::make_shared<View>(std::move(bytes), end));
  return pdf;
}

Result<std::uint64_t> last_startxref(const RandomAccess& bytes, std::uint64_t end) {
  // As far back as readers look (ISO 32000-1, annex H.3, note 18), and the number.
  constexpr std::uint64_t kTail = 1054;
  constexpr std::string_view kWord = "startxref";
  const std::uint64_t from = end > kTail ? end - kTail : 0;
  MYNA_TRY(const Bytes tail, bytes.piece(from, end - from));
  const std::string_view text = as_text(tail);
  const std::size_t at = text.rfind(kWord);
  if (at == std::string_view::npos) return fail(Errc::malformed);
  std::size_t digit = text.find_first_not_of(" \t\r\n\f", at + kWord.size());
  std::uint64_t value = 0;
  const std::size_t first = digit;
  for (; digit < text.size() && text[digit] >= '0' && text[digit] <= '9'; ++digit) {
    value = value * 10 + static_cast<std::uint64_t>(text[digit] - '0');
    if (value >= end) return fail(Errc::malformed);
  }
  if (digit == first) return fail(Errc::malformed);
  return value;
}

}  // namespace myna::pdf
