// SPDX-License-Identifier: Apache-2.0
// APPNOTE.TXT 6.3.10: 4.3.7 (local header), 4.3.9 (data descriptor), 4.3.12 (directory), 4.3.14 to 4.3.16 (its end), 4.5.3 (ZIP64), 4.6.9
// (Unicode path).
#include "asic_layout.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>

namespace myna {
namespace {

constexpr Text kHidden{"there are bytes that the directory of the ZIP does not list", "ZIPの一覧にないデータが含まれています"};
constexpr Text kSecondEnd{"programs would find the directory of the ZIP in different places", "ZIPの一覧の位置がソフトウェアによって異なって解釈されます"};
constexpr Text kTwoHeaders{"the two headers of a file in the ZIP contradict each other", "ZIP内のファイルの2つのヘッダーが矛盾しています"};
constexpr Text kTwoNames{"a file in the ZIP has two names", "ZIP内のファイルに2つの名前があります"};
constexpr Text kOpenEnd{"programs that read the ZIP from its front would see other files", "先頭から読むソフトウェアには別のファイルに見えます"};

constexpr std::string_view kLocal{"PK\x03\x04", 4}, kDescriptor{"PK\x07\x08", 4}, kDirectory{"PK\x01\x02", 4};
constexpr std::string_view kEnd{"PK\x05\x06", 4}, kEnd64{"PK\x06\x06", 4}, kLocator{"PK\x06\x07", 4};
constexpr std::size_t kLocalSize = 30, kDirectorySize = 46, kEndSize = 22, kEnd64Size = 56, kLocatorSize = 20;
constexpr unsigned kHasDescriptor = 1U << 3;
constexpr unsigned kMeaning = 1U << 0 | kHasDescriptor | 1U << 11;   // encrypted, descriptor, UTF-8
constexpr std::uint64_t kIn64 = 0xFFFFFFFF, kIn64Short = 0xFFFF;    // the value stands in a ZIP64 field

// A little-endian number of the bytes from `at` on; the caller knows that they are there.
std::uint64_t number(ByteView bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = count; i-- > 0;) value = value << 8 | bytes[at + i];
  return value;
}

bool has_at(ByteView zip, std::size_t at, std::string_view text) {
  return at <= zip.size() && zip.size() - at >= text.size() && as_text(zip.subspan(at, text.size())) == text;
}

bool has_record(ByteView zip, std::size_t at, std::string_view signature, std::size_t size) {
  return has_at(zip, at, signature) && zip.size() - at >= size;
}

struct Directory {
  std::uint64_t count = 0, size = 0, offset = 0;
  std::size_t end = 0;   // of the directory proper
};

// The ZIP64 end and its locator lie between the directory and the end, and repeat what that says.
bool read_end64(ByteView zip, std::size_t locator, Directory& directory) {
  const std::size_t at = locator - kEnd64Size;
  if (locator < kEnd64Size || !has_at(zip, at, kEnd64) || number(zip, at + 4, 8) != kEnd64Size - 12) return false;
  if (number(zip, locator + 4, 4) != 0 || number(zip, locator + 8, 8) != at || number(zip, locator + 16, 4) > 1) return false;
  // disks; entries on this one and in all
  if (number(zip, at + 16, 8) != 0 || number(zip, at + 24, 8) != number(zip, at + 32, 8)) return false;
  const Directory wide{number(zip, at + 32, 8), number(zip, at + 40, 8), number(zip, at + 48, 8), at};
  const auto same = [](std::uint64_t narrow, std::uint64_t value, std::uint64_t in_64) { return narrow == in_64 || narrow == value; };
  if (!same(directory.count, wide.count, kIn64Short) || !same(directory.size, wide.size, kIn64) ||
      !same(directory.offset, wide.offset, kIn64)) {
    return false;
  }
  directory = wide;
  return true;
}

// Programs look for the end from behind: theirs must be ours, whatever comments, names and numbers hold.
std::optional<Text> find_directory(ByteView zip, Directory& directory) {
  const std::string_view text = as_text(zip);
  const std::size_t at = text.rfind(kEnd);
  if (at == std::string_view::npos || !has_record(zip, at, kEnd, kEndSize)) return kDamagedZip;
  if (zip.size() - at - kEndSize != number(zip, at + 20, 2)) return kSecondEnd;
  directory = {number(zip, at + 10, 2), number(zip, at + 12, 4), number(zip, at + 16, 4), at};
  if (number(zip, at + 4, 4) != 0 || number(zip, at + 8, 2) != directory.count) return kDamagedZip;
  const bool wide = at >= kLocatorSize && has_at(zip, at - kLocatorSize, kLocator);
  if (wide && !read_end64(zip, at - kLocatorSize, directory)) return kSecondEnd;
  if (directory.offset > directory.end || directory.end - directory.offset != directory.size) return kHidden;
  for (const std::string_view signature : {kEnd, kEnd64, kLocator}) {
    const std::size_t found = text.find(signature, directory.offset);
    const std::size_t ours = signature == kEnd ? at : !wide ? text.npos : signature == kEnd64 ? directory.end : at - kLocatorSize;
    if (found != ours || (found != text.npos && text.find(signature, found + 1) != text.npos)) return kSecondEnd;
  }
  return std::nullopt;
}

// The numbers of a ZIP64 field, as many as are asked for; and no name that another field replaces.
struct Extra {
  std::optional<Text> problem;
  ByteView wide;
};
Extra read_extra(ByteView extra, std::string_view name) {
  constexpr std::uint64_t kWide = 0x0001, kUnicodePath = 0x7075;
  Extra out;
  while (!extra.empty()) {
    if (extra.size() < 4 || extra.size() - 4 < number(extra, 2, 2)) return {kDamagedZip, {}};
    const std::uint64_t kind = number(extra, 0, 2);
    const ByteView value = extra.subspan(4, static_cast<std::size_t>(number(extra, 2, 2)));
    if (kind == kWide && (value.empty() || !out.wide.empty())) return {kDamagedZip, {}};
    if (kind == kWide) out.wide = value;
    if (kind == kUnicodePath && (value.size() < 5 || as_text(value.subspan(5)) != name)) return {kTwoNames, {}};
    extra = extra.subspan(4 + value.size());
  }
  return out;
}

// Takes the next number of the field for one that is too large for its own place.
bool widen(std::uint64_t& value, ByteView& wide) {
  if (value != kIn64) return true;
  if (wide.size() < 8) return false;
  value = number(wide, 0, 8);
  wide = wide.subspan(8);
  return true;
}

std::optional<Text> read_directory_entry(ByteView zip, std::size_t& at, std::size_t end, PackedEntry& entry) {
  if (!has_record(zip, at, kDirectory, kDirectorySize)) return kDamagedZip;
  const auto name = static_cast<std::size_t>(number(zip, at + 28, 2)), extra = static_cast<std::size_t>(number(zip, at + 30, 2));
  const std::size_t whole = kDirectorySize + name + extra + static_cast<std::size_t>(number(zip, at + 32, 2));
  if (end - at < whole || number(zip, at + 34, 2) != 0) return kDamagedZip;
  std::uint64_t header = number(zip, at + 42, 4);
  entry = {.name = std::string(as_text(zip.subspan(at + kDirectorySize, name))), .flags = static_cast<unsigned>(number(zip, at + 8, 2)),
           .method = static_cast<unsigned>(number(zip, at + 10, 2)), .crc = static_cast<std::uint32_t>(number(zip, at + 16, 4)),
           .attributes = static_cast<std::uint32_t>(number(zip, at + 38, 4)), .packed_size = number(zip, at + 20, 4),
           .size = number(zip, at + 24, 4)};
  Extra fields = read_extra(zip.subspan(at + kDirectorySize + name, extra), entry.name);
  if (fields.problem) return fields.problem;
  if (!widen(entry.size, fields.wide) || !widen(entry.packed_size, fields.wide) || !widen(header, fields.wide) || !fields.wide.empty()) {
    return kDamagedZip;
  }
  if (header >= zip.size() || entry.packed_size > zip.size()) return kDamagedZip;
  entry.header = static_cast<std::size_t>(header);
  at += whole;
  return std::nullopt;
}

struct LocalNumbers {
  std::uint64_t crc, packed, size;
  bool operator==(const LocalNumbers&) const = default;
};

std::optional<Text> check_local(ByteView zip, PackedEntry& entry) {
  const std::size_t at = entry.header;
  if (!has_record(zip, at, kLocal, kLocalSize)) return kHidden;
  const auto name = static_cast<std::size_t>(number(zip, at + 26, 2)), extra = static_cast<std::size_t>(number(zip, at + 28, 2));
  if (zip.size() - at - kLocalSize < name + extra) return kDamagedZip;
  entry.content = at + kLocalSize + name + extra;
  entry.has_local_extra = extra != 0;
  if (as_text(zip.subspan(at + kLocalSize, name)) != entry.name) return kTwoHeaders;
  if (((number(zip, at + 6, 2) ^ entry.flags) & kMeaning) != 0 || number(zip, at + 8, 2) != entry.method) return kTwoHeaders;
  Extra fields = read_extra(zip.subspan(at + kLocalSize + name, extra), entry.name);
  if (fields.problem) return fields.problem;
  LocalNumbers here{number(zip, at + 14, 4), number(zip, at + 18, 4), number(zip, at + 22, 4)};
  const LocalNumbers listed{entry.crc, entry.packed_size, entry.size};
  const bool later = (entry.flags & kHasDescriptor) != 0 && here == LocalNumbers{0, 0, 0};
  if (!later && (!widen(here.size, fields.wide) || !widen(here.packed, fields.wide))) return kTwoHeaders;
  const bool later_in_64 = (entry.flags & kHasDescriptor) != 0 && here == LocalNumbers{0, 0, 0};
  return later || later_in_64 || here == listed ? std::nullopt : std::optional(kTwoHeaders);
}

// A data descriptor comes with or without its signature, in 32 or in 64 bits, and repeats the directory.
bool is_descriptor(ByteView bytes, const PackedEntry& entry) {
  if (has_at(bytes, 0, kDescriptor) && (bytes.size() == 16 || bytes.size() == 24)) bytes = bytes.subspan(4);
  const std::size_t width = bytes.size() == 20 ? 8 : 4;
  return bytes.size() == 4 + 2 * width && number(bytes, 0, 4) == entry.crc && number(bytes, 4, width) == entry.packed_size &&
         number(bytes, 4 + width, width) == entry.size;
}

// A length that stands behind the content is found by searching for it: the content must not pretend to be it.
bool may_end_early(ByteView zip, const PackedEntry& entry) {
  const std::string_view content = as_text(zip.subspan(entry.content, static_cast<std::size_t>(entry.packed_size)));
  const auto holds = [&](std::string_view signature) { return content.find(signature) != content.npos; };
  return entry.method == 0 && (holds(kDescriptor) || holds(kLocal) || holds(kDirectory));
}

// From the first byte to the directory, one file behind the other.
std::optional<Text> check_files(ByteView zip, std::vector<PackedEntry>& entries, std::size_t directory) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    PackedEntry& entry = entries[i];
    const std::size_t next = i + 1 < entries.size() ? entries[i + 1].header : directory;
    if (entry.header != at) return kHidden;
    if (const auto problem = check_local(zip, entry)) return problem;
    if (next > directory || entry.content > next || next - entry.content < entry.packed_size) return kHidden;
    const std::size_t end = entry.content + static_cast<std::size_t>(entry.packed_size);
    const bool described = (entry.flags & kHasDescriptor) != 0;
    if (described ? !is_descriptor(zip.subspan(end, next - end), entry) : end != next) return kHidden;
    if (described && may_end_early(zip, entry)) return kOpenEnd;
    at = next;
  }
  return at == directory ? std::nullopt : std::optional(kHidden);
}

std::optional<Text> read_entries(ByteView zip, std::vector<PackedEntry>& entries) {
  Directory directory;
  if (const auto problem = find_directory(zip, directory)) return problem;
  for (std::size_t at = directory.offset; at < directory.end;) {
    if (const auto problem = read_directory_entry(zip, at, directory.end, entries.emplace_back())) return problem;
  }
  if (entries.size() != directory.count) return kDamagedZip;
  std::ranges::stable_sort(entries, {}, &PackedEntry::header);
  return check_files(zip, entries, static_cast<std::size_t>(directory.offset));
}

}  // namespace

ZipLayout read_layout(ByteView zip) {
  ZipLayout layout;
  layout.problem = read_entries(zip, layout.entries);
  return layout;
}

}  // namespace myna
