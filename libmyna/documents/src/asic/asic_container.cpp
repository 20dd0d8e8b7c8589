// SPDX-License-Identifier: Apache-2.0
#include "asic_container.hpp"

#include <glib.h>
#include <sys/stat.h>
#include <zip.h>
#include <zlib.h>

#include <algorithm>
#include <memory>
#include <set>

#include "asic_layout.hpp"
#include "myna/documents/asic.hpp"
#include "xml/tree/xml_text.hpp"

namespace myna {
namespace {

constexpr std::size_t kMaxEntries = 1000;

constexpr Text kMimetype{"the first entry is not the plain mimetype of ASiC-E", "先頭がASiC-Eのmimetypeではありません"};
constexpr Text kEscape{"a file name leads out of the container", "コンテナー外を指すファイル名があります"};
constexpr Text kTwice{"a file name is there twice", "同じファイル名が重複しています"};
constexpr Text kMerged{"two file names are one on some systems", "一部のシステムで同じ名前になるファイルがあります"};
constexpr Text kNoText{"a file name is no UTF-8", "UTF-8ではないファイル名があります"};
constexpr Text kLarge{"the container is too large, or a ZIP bomb", "コンテナーが大きすぎます（ZIP爆弾の疑い）"};
constexpr Text kOdd{"a link, or an encrypted or oddly packed file", "リンク、暗号化、または未対応の圧縮形式のファイルがあります"};

struct CloseZip {
  void operator()(zip_t* zip) const noexcept { zip_discard(zip); }
};
using Zip = std::unique_ptr<zip_t, CloseZip>;

Zip open_zip(ByteView bytes, int flags) {
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, nullptr);
  zip_t* zip = source == nullptr ? nullptr : zip_open_from_source(source, flags, nullptr);
  if (zip == nullptr) zip_source_free(source);
  return Zip(zip);
}

bool is_link(const PackedEntry& entry) { return S_ISLNK(entry.attributes >> 16); }

// One deflate stream, from the first packed byte to the last: what stands behind its end, some programs take for the next file.
bool inflate_all(ByteView packed, Bytes& content) {
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return false;
  Byte beyond = 0;   // room for a byte too many
  stream.next_in = const_cast<Byte*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = content.empty() ? &beyond : content.data();
  stream.avail_out = content.empty() ? 1 : static_cast<uInt>(content.size());
  const int ended = inflate(&stream, Z_FINISH);
  const bool whole = ended == Z_STREAM_END && stream.avail_in == 0 && stream.total_out == content.size();
  inflateEnd(&stream);
  return whole;
}

std::optional<Text> read_entry(ByteView zip, const PackedEntry& entry, Bytes& content) {
  const ByteView packed = zip.subspan(entry.content, static_cast<std::size_t>(entry.packed_size));
  content.resize(static_cast<std::size_t>(entry.size));
  const bool stored = entry.method == ZIP_CM_STORE && packed.size() == content.size();
  if (stored) std::ranges::copy(packed, content.begin());
  else if (entry.method == ZIP_CM_STORE || !inflate_all(packed, content)) return kDamagedZip;
  return crc32_z(0, content.data(), content.size()) == entry.crc ? std::nullopt : std::optional(kDamagedZip);
}

std::optional<Text> check_facts(const PackedEntry& entry, std::uint64_t& total) {
  const bool known = entry.method == ZIP_CM_STORE || entry.method == ZIP_CM_DEFLATE;
  constexpr unsigned kEncrypted = 1U << 0 | 1U << 6 | 1U << 13, kPatch = 1U << 5;
  if (!known || (entry.flags & (kEncrypted | kPatch)) != 0 || is_link(entry)) return kOdd;
  if (entry.size > kMaxContainer || (total += entry.size) > kMaxContainer) return kLarge;
  return std::nullopt;
}

std::optional<Text> read_all_entries(ByteView zip, const std::vector<PackedEntry>& packed, std::map<std::string, Bytes>& entries) {
  if (packed.size() > kMaxEntries) return kLarge;
  std::uint64_t total = 0;
  for (const PackedEntry& entry : packed) {
    if (const auto problem = check_facts(entry, total)) return problem;
    const std::string& name = entry.name;
    const bool folder = name.ends_with('/') && entry.size == 0;
    if (!xml::is_safe_name(folder ? name.substr(0, name.size() - 1) : name)) return kEscape;
    if (g_utf8_validate(name.data(), static_cast<gssize>(name.size()), nullptr) == FALSE) return kNoText;
    if (entries.contains(name)) return kTwice;
    if (const auto problem = read_entry(zip, entry, entries[name])) return problem;
  }
  std::vector<std::string> names;
  for (const PackedEntry& entry : packed) names.push_back(entry.name);
  return is_merged(names) ? std::optional(kMerged) : std::nullopt;
}

// The first entry is stored, without extra field (EN 319 162-1, A.1).
bool begins_with_mimetype(const std::vector<PackedEntry>& packed, const std::map<std::string, Bytes>& entries) {
  const bool plain =
      !packed.empty() && packed.front().name == "mimetype" && packed.front().method == ZIP_CM_STORE && !packed.front().has_local_extra;
  return plain && as_text(entries.at("mimetype")) == kAsicMimeType;
}

std::optional<Text> read_safely(ByteView bytes, Container& container) {
  if (bytes.size() > kMaxContainer) return kLarge;
  const ZipLayout layout = read_layout(bytes);
  if (layout.problem) return layout.problem;
  if (const auto problem = read_all_entries(bytes, layout.entries, container.entries)) return problem;
  if (!begins_with_mimetype(layout.entries, container.entries)) return kMimetype;
  container.entries.erase("mimetype");
  std::erase_if(container.entries, [](const auto& entry) { return entry.first.ends_with('/'); });
  return std::nullopt;
}

// The name as systems see it that keep neither upper and lower case apart, nor ways to write one letter, nor dots and blanks at an end.
std::string merged_name(const std::string& name) {
  using Owned = std::unique_ptr<gchar, decltype(&g_free)>;
  const Owned folded(g_utf8_casefold(name.data(), static_cast<gssize>(name.size())), g_free);
  const Owned normal(g_utf8_normalize(folded.get(), -1, G_NORMALIZE_NFD), g_free);
  std::string merged;
  for (const char* at = normal.get(); *at != '\0'; ++at) {
    if (*at == '/') merged.erase(merged.find_last_not_of(". ") + 1);
    merged += *at;
  }
  return merged.erase(merged.find_last_not_of(". ") + 1);
}

bool add_entry(zip_t* zip, const NewEntry& entry, bool stored, std::chrono::sys_seconds time) {
  zip_source_t* source = zip_source_buffer(zip, entry.content.data(), entry.content.size(), 0);
  const zip_int64_t index = source == nullptr ? -1 : zip_file_add(zip, entry.name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return false;
  }
  const auto at = static_cast<zip_uint64_t>(index);
  return zip_set_file_compression(zip, at, stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 0) == 0 &&
         zip_file_set_mtime(zip, at, time.time_since_epoch().count(), 0) == 0;
}

// As they are, compressed as they are.
bool copy_entries(zip_t* from, zip_t* to) {
  for (zip_int64_t i = 0; from != nullptr && i < zip_get_num_entries(from, 0); ++i) {
    const auto at = static_cast<zip_uint64_t>(i);
    zip_source_t* source = zip_source_zip(to, from, at, ZIP_FL_COMPRESSED, 0, -1);
    if (source != nullptr && zip_file_add(to, zip_get_name(from, at, 0), source, ZIP_FL_ENC_UTF_8) >= 0) continue;
    zip_source_free(source);
    return false;
  }
  return true;
}

// What libzip wrote into its buffer.
Result<Bytes> written(zip_source_t* source) {
  zip_stat_t facts;
  if (zip_source_stat(source, &facts) != 0 || zip_source_open(source) != 0) return fail(Errc::storage_failed);
  Bytes bytes(facts.size);
  const zip_int64_t count = zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  if (count < 0 || static_cast<std::size_t>(count) != bytes.size()) return fail(Errc::storage_failed);
  return bytes;
}

}  // namespace

bool is_merged(const std::vector<std::string>& names) {
  std::map<std::string, std::string> spelled;   // merged name of a file or folder: how it is written
  std::set<std::string> files;
  for (const std::string& name : names) {
    if (!name.ends_with('/') && !files.insert(merged_name(name)).second) return true;
    for (std::size_t end = name.find('/'); end != std::string::npos; end = name.find('/', end + 1)) {
      const std::string folder = name.substr(0, end);
      if (spelled.try_emplace(merged_name(folder), folder).first->second != folder) return true;
    }
  }
  return std::ranges::any_of(spelled, [&files](const auto& folder) { return files.contains(folder.first); });
}

std::vector<std::string> Container::data_files() const {
  std::vector<std::string> names;
  for (const auto& [name, content] : entries) {
    if (!name.starts_with(kMetaFolder)) names.push_back(name);
  }
  return names;
}

OpenNamed Container::opener() const {
  return [this](const std::string& name) -> Result<ByteSource> {
    const auto found = entries.find(name);
    if (found == entries.end()) return fail(Errc::storage_failed);
    return memory_input(found->second)->open();
  };
}

Result<Container> read_container(ByteView zip) {
  if (zip.size() < 4 || as_text(zip.first(2)) != "PK") return fail(Errc::malformed);
  Container container;
  container.problem = read_safely(zip, container);
  return container;
}

Result<Bytes> write_container(ByteView before, const std::vector<NewEntry>& entries, std::chrono::sys_seconds time) {
  const Zip old = before.empty() ? Zip() : open_zip(before, ZIP_RDONLY | ZIP_CHECKCONS);
  zip_source_t* source = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  if (source == nullptr) return fail(Errc::storage_failed);
  const std::unique_ptr<zip_source_t, decltype(&zip_source_free)> kept(source, zip_source_free);
  if (!old && !before.empty()) return fail(Errc::storage_failed);
  zip_source_keep(source);
  Zip zip(zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, nullptr));
  if (!zip) {
    zip_source_free(source);   // the reference that the archive did not take
    return fail(Errc::storage_failed);
  }
  const auto mime = as_bytes(kAsicMimeType);
  const NewEntry mimetype{"mimetype", Bytes(mime.begin(), mime.end())};
  bool added = old ? copy_entries(old.get(), zip.get()) : add_entry(zip.get(), mimetype, true, time);
  for (const NewEntry& entry : entries) added = added && add_entry(zip.get(), entry, false, time);
  if (!added || zip_close(zip.get()) != 0) return fail(Errc::storage_failed);
  static_cast<void>(zip.release());   // zip_close freed it
  return written(source);
}

}  // namespace myna
