// SPDX-License-Identifier: Apache-2.0
// APPNOTE.TXT 4.3.7 (local header), 4.3.9 (data descriptor), 4.3.12 (directory).
#include "asic_local_headers.hpp"

#include <algorithm>
#include <map>

namespace myna {
namespace {

constexpr std::string_view kLocal = "PK\x03\x04";
constexpr std::string_view kDescriptor = "PK\x07\x08";
constexpr std::string_view kDirectory = "PK\x01\x02";
constexpr std::size_t kLocalSize = 30;
constexpr unsigned kHasDescriptor = 1U << 3;

unsigned le16(ByteView bytes, std::size_t at) { return static_cast<unsigned>(bytes[at]) | static_cast<unsigned>(bytes[at + 1]) << 8; }

bool has_at(ByteView zip, std::size_t at, std::string_view text) { return at <= zip.size() && zip.size() - at >= text.size() && as_text(zip.subspan(at, text.size())) == text; }

struct Local {
  std::string name;
  unsigned flags;
  unsigned method;
  unsigned extra;
  std::size_t content;   // offset
};

bool read_local(ByteView zip, std::size_t at, Local& local) {
  if (!has_at(zip, at, kLocal) || zip.size() - at < kLocalSize) return false;
  const std::size_t name = le16(zip, at + 26);
  local.extra = le16(zip, at + 28);
  if (zip.size() - at - kLocalSize < name + local.extra) return false;
  local.name = std::string(as_text(zip.subspan(at + kLocalSize, name)));
  local.flags = le16(zip, at + 6);
  local.method = le16(zip, at + 8);
  local.content = at + kLocalSize + name + local.extra;
  return true;
}

// A data descriptor comes with or without its signature, in 32 or in 64 bits: the one after which the next header follows.
std::size_t after_descriptor(ByteView zip, std::size_t at) {
  const std::size_t sizes = has_at(zip, at, kDescriptor) ? 4 : 0;
  for (const std::size_t length : {sizes + 12, sizes + 20}) {
    if (has_at(zip, at + length, kLocal) || has_at(zip, at + length, kDirectory)) return at + length;
  }
  return zip.size();
}

}  // namespace

bool begins_with_stored(ByteView zip, std::string_view name, std::string_view content) {
  Local local{};
  return read_local(zip, 0, local) && local.name == name && local.method == 0 && local.extra == 0 && has_at(zip, local.content, content);
}

bool tiles(ByteView zip, const std::vector<PackedEntry>& listed) {
  std::map<std::string, std::uint64_t> left;
  for (const PackedEntry& entry : listed) left.emplace(entry.name, entry.packed_size);
  std::size_t at = 0;
  while (!left.empty()) {
    Local local{};
    const auto known = read_local(zip, at, local) ? left.find(local.name) : left.end();
    if (known == left.end() || zip.size() - local.content < known->second) return false;
    at = local.content + static_cast<std::size_t>(known->second);
    if ((local.flags & kHasDescriptor) != 0) at = after_descriptor(zip, at);
    left.erase(known);
  }
  return has_at(zip, at, kDirectory);
}

}  // namespace myna
