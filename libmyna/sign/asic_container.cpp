// SPDX-License-Identifier: Apache-2.0
#include "asic_container.hpp"

#include <sys/stat.h>
#include <zip.h>

#include <algorithm>
#include <memory>

#include "asic_local_headers.hpp"
#include "myna/asic.hpp"
#include "xml_text.hpp"

namespace myna {
namespace {

constexpr zip_int64_t kMaxEntries = 1000;

constexpr Text kDamaged{"the ZIP is damaged, or its parts contradict each other", "ZIPが破損しているか、内部に矛盾があります"};
constexpr Text kMimetype{"the first entry is not the plain mimetype of ASiC-E", "先頭がASiC-Eのmimetypeではありません"};
constexpr Text kEscape{"a file name leads out of the container", "コンテナー外を指すファイル名があります"};
constexpr Text kTwice{"a file name is there twice", "同じファイル名が重複しています"};
constexpr Text kHidden{"there are bytes that the directory of the ZIP does not list", "ZIPの一覧にないデータが含まれています"};
constexpr Text kLarge{"the container is too large, or a ZIP bomb", "コンテナーが大きすぎます（ZIP爆弾の疑い）"};
constexpr Text kOdd{"a link, or an encrypted or oddly packed file", "リンク、暗号化、または未対応の圧縮形式のファイルがあります"};

struct CloseZip {
  void operator()(zip_t* zip) const noexcept { zip_discard(zip); }
};
using Zip = std::unique_ptr<zip_t, CloseZip>;

struct CloseFile {
  void operator()(zip_file_t* file) const noexcept { zip_fclose(file); }
};

Zip open_zip(ByteView bytes, int flags) {
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, nullptr);
  zip_t* zip = source == nullptr ? nullptr : zip_open_from_source(source, flags, nullptr);
  if (zip == nullptr) zip_source_free(source);
  return Zip(zip);
}

bool is_link(zip_t* zip, zip_uint64_t index) {
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  zip_file_get_external_attributes(zip, index, 0, &system, &attributes);
  return system == ZIP_OPSYS_UNIX && S_ISLNK(attributes >> 16);
}

std::optional<Text> read_entry(zip_t* zip, const zip_stat_t& facts, Bytes& content) {
  const std::unique_ptr<zip_file_t, CloseFile> file(zip_fopen_index(zip, facts.index, 0));
  if (!file) return kDamaged;
  content.resize(facts.size);
  zip_uint64_t filled = 0;
  while (filled < facts.size) {
    const zip_int64_t count = zip_fread(file.get(), content.data() + filled, facts.size - filled);
    if (count <= 0) return kDamaged;
    filled += static_cast<zip_uint64_t>(count);
  }
  Byte beyond = 0;   // the end is where the checksum is compared
  return zip_fread(file.get(), &beyond, 1) == 0 ? std::nullopt : std::optional(kDamaged);
}

constexpr zip_uint64_t kNeeded = ZIP_STAT_NAME | ZIP_STAT_INDEX | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;

std::optional<Text> check_facts(zip_t* zip, zip_uint64_t index, zip_stat_t& facts, std::uint64_t& total) {
  if (zip_stat_index(zip, index, 0, &facts) != 0 || (facts.valid & kNeeded) != kNeeded) return kDamaged;
  const bool known = facts.comp_method == ZIP_CM_STORE || facts.comp_method == ZIP_CM_DEFLATE;
  if (!known || facts.encryption_method != ZIP_EM_NONE || is_link(zip, index)) return kOdd;
  if (facts.size > kMaxContainer || (total += facts.size) > kMaxContainer) return kLarge;
  return std::nullopt;
}

std::optional<Text> read_all_entries(zip_t* zip, std::map<std::string, Bytes>& entries, std::vector<PackedEntry>& packed) {
  const zip_int64_t count = zip_get_num_entries(zip, 0);
  if (count > kMaxEntries) return kLarge;
  std::uint64_t total = 0;
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t facts;
    if (const auto problem = check_facts(zip, static_cast<zip_uint64_t>(i), facts, total)) return problem;
    const std::string name = facts.name;
    const bool folder = name.ends_with('/') && facts.size == 0;
    if (!xml::is_safe_name(folder ? name.substr(0, name.size() - 1) : name)) return kEscape;
    if (entries.contains(name)) return kTwice;
    packed.push_back({name, facts.comp_size});
    if (const auto problem = read_entry(zip, facts, entries[name])) return problem;
  }
  return std::nullopt;
}

std::optional<Text> read_safely(ByteView bytes, Container& container) {
  if (bytes.size() > kMaxContainer) return kLarge;
  const Zip zip = open_zip(bytes, ZIP_RDONLY | ZIP_CHECKCONS);
  if (!zip) return kDamaged;
  std::vector<PackedEntry> packed;
  if (const auto problem = read_all_entries(zip.get(), container.entries, packed)) return problem;
  std::erase_if(container.entries, [](const auto& entry) { return entry.first.ends_with('/'); });
  const auto mimetype = container.entries.find("mimetype");
  if (mimetype == container.entries.end() || as_text(mimetype->second) != kAsicMimeType || !begins_with_stored(bytes, "mimetype", kAsicMimeType)) return kMimetype;
  container.entries.erase(mimetype);
  return tiles(bytes, packed) ? std::nullopt : std::optional(kHidden);
}

bool add_entry(zip_t* zip, const NewEntry& entry, bool stored, std::chrono::sys_seconds time) {
  zip_source_t* source = zip_source_buffer(zip, entry.content.data(), entry.content.size(), 0);
  const zip_int64_t index = source == nullptr ? -1 : zip_file_add(zip, entry.name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return false;
  }
  const auto at = static_cast<zip_uint64_t>(index);
  return zip_set_file_compression(zip, at, stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 0) == 0 && zip_file_set_mtime(zip, at, time.time_since_epoch().count(), 0) == 0;
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
    return ByteSource([rest = ByteView(found->second)](std::span<Byte> out) mutable -> Result<std::size_t> {
      const std::size_t count = std::min(out.size(), rest.size());
      std::copy_n(rest.begin(), count, out.begin());
      rest = rest.subspan(count);
      return count;
    });
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
