// SPDX-License-Identifier: Apache-2.0
#include "pdf_range.hpp"

#include <algorithm>
#include <array>

#include "myna/core/hex.hpp"

namespace myna::pdf {
namespace {

constexpr int kMaxBerDepth = 32;
constexpr std::uint64_t kMaxContents = 8 << 20;   // bytes of hexadecimal digits

// How long the BER object at the front is, indefinite lengths counted out (X.690, 8.1.3).
std::optional<std::size_t> ber_size(ByteView bytes, int depth = 0) {
  if (bytes.size() < 2 || depth > kMaxBerDepth || (bytes[0] & 0x1F) == 0x1F) return std::nullopt;
  const Byte first = bytes[1];
  std::size_t at = 2;
  if (first != 0x80) {
    std::size_t length = first;
    if (first > 0x80) {
      const std::size_t digits = first & 0x7F;
      if (digits > 4 || bytes.size() < at + digits) return std::nullopt;
      for (length = 0; at < 2 + digits; ++at) length = length << 8 | bytes[at];
    }
    return length <= bytes.size() - at ? std::optional(at + length) : std::nullopt;
  }
  if ((bytes[0] & 0x20) == 0) return std::nullopt;
  while (bytes.size() - at >= 2 && (bytes[at] != 0 || bytes[at + 1] != 0)) {
    const auto inner = ber_size(bytes.subspan(at), depth + 1);
    if (!inner) return std::nullopt;
    at += *inner;
  }
  return bytes.size() - at >= 2 ? std::optional(at + 2) : std::nullopt;
}

bool is_hex_digit(Byte c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f'); }
bool is_space(Byte c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == 0; }

std::optional<std::array<std::uint64_t, 4>> four_numbers(QPDFObjectHandle array) {
  std::array<std::uint64_t, 4> numbers{};
  if (!array.isArray() || array.getArrayNItems() != 4) return std::nullopt;
  for (int i = 0; i < 4; ++i) {
    QPDFObjectHandle item = array.getArrayItem(i);
    if (!item.isInteger() || item.isIndirect() || item.getIntValue() < 0) return std::nullopt;
    numbers.at(static_cast<std::size_t>(i)) = static_cast<std::uint64_t>(item.getIntValue());
  }
  return numbers;
}

// The last word before the gap is the key /Contents.
bool follows_contents_key(ByteView before) {
  while (!before.empty() && is_space(before.back())) before = before.first(before.size() - 1);
  return as_text(before).ends_with("/Contents");
}

// %%EOF and at most white space: nothing is behind it that only other programs find.
bool ends_a_revision(const RandomAccess& bytes, std::uint64_t end) {
  constexpr std::uint64_t kTail = 256;
  const auto tail = bytes.piece(end - std::min(end, kTail), std::min(end, kTail));
  std::string_view text = tail ? as_text(*tail) : std::string_view{};
  while (!text.empty() && is_space(static_cast<Byte>(text.back()))) text.remove_suffix(1);
  return text.ends_with("%%EOF");
}

}  // namespace

RangeReading read_range(QPDFObjectHandle signature, const RandomAccess& bytes) {
  constexpr std::uint64_t kBefore = 64;
  const auto numbers = four_numbers(signature.getKey("/ByteRange"));
  if (!numbers) return {{}, {"/ByteRange is not four whole numbers from nought up", "/ByteRangeが0以上の整数4個ではありません"}};
  const auto [start, length, next, rest] = *numbers;
  if (start != 0 || length == 0) return {{}, {"/ByteRange does not start at the beginning of the file", "/ByteRangeがファイルの先頭から始まっていません"}};
  if (next > bytes.size() || rest > bytes.size() - next || length > bytes.size() || next < length + 2 || rest == 0) {
    return {{}, {"the parts of /ByteRange overlap or reach beyond the file", "/ByteRangeの範囲が重なっているか、ファイルの外に出ています"}};
  }
  const Text odd_gap{"the gap in /ByteRange is not exactly the string of /Contents", "/ByteRangeの除外部分が/Contentsの文字列と正確に一致しません"};
  if (next - length > kMaxContents) return {{}, odd_gap};
  const auto gap = bytes.piece(length, next - length);
  const auto before = bytes.piece(length - std::min(length, kBefore), std::min(length, kBefore));
  const bool exact = gap && before && gap->front() == '<' && gap->back() == '>' && gap->size() % 2 == 0 &&
                     std::ranges::all_of(ByteView(*gap).subspan(1, gap->size() - 2), is_hex_digit) && follows_contents_key(*before);
  if (!exact) return {{}, odd_gap};
  if (!ends_a_revision(bytes, next + rest)) return {{}, {"what is signed does not end where a revision ends", "署名対象の末尾が版の末尾と一致しません"}};
  return {SignedRange{length, next, next + rest}, {}};
}

ContentsReading read_contents(QPDFObjectHandle signature, const SignedRange& range, const RandomAccess& bytes) {
  QPDFObjectHandle contents = signature.getKey("/Contents");
  if (!contents.isString()) return {{}, {"there is no /Contents", "/Contentsがありません"}};
  const auto gap = bytes.piece(range.gap_begin + 1, range.gap_end - range.gap_begin - 2);
  const auto decoded = gap ? from_hex(as_text(*gap)) : Result<Bytes>(fail(Errc::malformed));
  if (!decoded || !equal(*decoded, as_bytes(contents.getStringValue()))) {
    return {{}, {"the string in the gap is not the /Contents of this signature", "除外部分の文字列がこの署名の/Contentsと異なります"}};
  }
  const auto size = ber_size(*decoded);
  if (!size || decoded->front() != 0x30) return {{}, {"/Contents holds no signature", "/Contentsに署名データがありません"}};
  const ByteView padding = ByteView(*decoded).subspan(*size);
  if (std::ranges::any_of(padding, [](Byte b) { return b != 0; })) {
    return {{}, {"other data stands behind the signature in /Contents", "/Contentsの署名データの後ろに別のデータがあります"}};
  }
  return {Bytes(decoded->begin(), decoded->begin() + static_cast<std::ptrdiff_t>(*size)), {}};
}

Status stream_signed(const RandomAccess& bytes, const SignedRange& range, const ByteSink& sink) {
  MYNA_CHECK(bytes.stream(0, range.gap_begin, sink));
  return bytes.stream(range.gap_end, range.end, sink);
}

std::string text_of(QPDFObjectHandle dictionary, const std::string& key) {
  QPDFObjectHandle value = dictionary.getKey(key);
  return value.isString() ? value.getUTF8Value() : std::string{};
}

std::string name_of(QPDFObjectHandle dictionary, const std::string& key) {
  QPDFObjectHandle value = dictionary.getKey(key);
  return value.isName() ? value.getName() : std::string{};
}

}  // namespace myna::pdf
