// SPDX-License-Identifier: Apache-2.0
// Files, PINs, keys and applications that are missing or damaged, and objects in the wrong place.
#include <algorithm>
#include <array>

#include "myna/core/enum_table.hpp"
#include "myna/personalise/tamper.hpp"
#include "pki/ber.hpp"

namespace myna {
namespace {

constexpr auto kDamages = names_for<Damage>({"absent", "zeros", "ones", "truncated", "garbled", "scratched", "length", "denied"});
constexpr auto kDisorders = names_for<Disorder>({"double", "move", "foreign"});
constexpr FileId kNoPin = 0xFFFF;
constexpr std::uint16_t kForeignTag = 0xDF7E;

Result<FileId> file_id(std::string_view text) {
  const auto bytes = from_hex(text);
  if (!bytes || bytes->size() != 2) return fail(Errc::invalid_argument);
  return static_cast<FileId>((*bytes)[0] << 8 | (*bytes)[1]);
}

Result<ImageApplication*> application_at(CardImage& image, ByteView aid) {
  const auto found = std::ranges::find_if(image.applications, [aid](const ImageApplication& a) { return equal(a.aid, aid); });
  return found == image.applications.end() ? Result<ImageApplication*>(fail(Errc::file_absent)) : &*found;
}

Result<ImageFile*> file_at(CardImage& image, const Place& place) {
  if (!place.file) return fail(Errc::invalid_argument);
  MYNA_TRY(ImageApplication* const application, application_at(image, place.aid));
  const auto found = std::ranges::find(application->files, *place.file, &ImageFile::file);
  return found == application->files.end() ? Result<ImageFile*>(fail(Errc::file_absent)) : &*found;
}

void forget_key(std::optional<FileId>& role, FileId id) {
  if (role == id) role.reset();
}

Status remove_object(CardImage& image, const Place& place) {
  if (!place.file) {
    const auto gone = std::erase_if(image.applications, [&](const ImageApplication& a) { return equal(a.aid, place.aid); });
    return gone == 0 ? Status{fail(Errc::file_absent)} : Status{};
  }
  MYNA_TRY(ImageApplication* const application, application_at(image, place.aid));
  const FileId id = *place.file;
  auto gone = std::erase_if(application->files, [id](const ImageFile& file) { return file.file == id; });
  gone += std::erase_if(application->pins, [id](const ImagePin& pin) { return pin.file == id; });
  gone += std::erase_if(application->keys, [id](const ImageKey& key) { return key.file == id; });
  forget_key(application->default_key, id);
  forget_key(application->authentication_key, id);
  return gone == 0 ? Status{fail(Errc::file_absent)} : Status{};
}

// The last byte of the length of the outermost object; of what is no object the second one.
std::size_t place_of_length(ByteView content) {
  const auto value = open_truncated(content);
  return value ? content.size() - static_cast<std::size_t>(content.end() - value->begin()) - 1 : 1;
}

void change_length(Bytes& content) {
  const std::size_t at = place_of_length(content);
  if (at < content.size()) content[at] = static_cast<Byte>(content[at] + 0x20);
}

void change_content(Bytes& content, Damage kind) {
  switch (kind) {
    case Damage::zeros: std::ranges::fill(content, Byte{0x00}); return;
    case Damage::ones: std::ranges::fill(content, Byte{0xFF}); return;
    case Damage::truncated: content.resize(content.size() / 2); return;
    case Damage::garbled: std::ranges::transform(content, content.begin(), [](Byte b) { return static_cast<Byte>(b ^ 0xA5); }); return;
    case Damage::scratched: content.at(content.size() / 2) ^= 0x01; return;
    case Damage::length: change_length(content); return;
    case Damage::absent:
    case Damage::denied: return;
  }
}

using Objects = std::vector<Bytes>;

void displace(Objects& objects, std::size_t at, Disorder kind) {
  const auto place = objects.begin() + static_cast<std::ptrdiff_t>(at);
  if (kind == Disorder::doubled) objects.insert(place, Bytes(*place));
  else if (kind == Disorder::foreign) objects.insert(place, object(kForeignTag, std::string_view("foreign")));
  else if (at == 0) std::rotate(objects.begin(), place + 1, objects.end());
  else std::rotate(objects.begin(), place, place + 1);
}

Result<std::vector<Tlv>> children_of(ByteView content) {
  std::vector<Tlv> children;
  for (ByteReader reader(content); !reader.empty();) {
    MYNA_TRY(const Tlv child, next_tlv(reader));
    children.push_back(child);
  }
  return children;
}

// `content` with the first object of `tag` displaced, at this level or below; nothing when there is none.
std::optional<Bytes> displaced(ByteView content, Tag tag, Disorder kind) {
  const auto children = children_of(content);
  if (!children) return std::nullopt;
  Objects objects;
  for (const Tlv& child : *children) objects.emplace_back(child.whole.begin(), child.whole.end());
  const auto here = std::ranges::find(*children, tag, &Tlv::tag);
  if (here != children->end()) {
    displace(objects, static_cast<std::size_t>(here - children->begin()), kind);
    return concatenated(objects);
  }
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const Tlv& child = (*children)[i];
    const auto inner = child.constructed ? displaced(child.value, tag, kind) : std::nullopt;
    if (!inner) continue;
    objects[i] = object(static_cast<std::uint16_t>(child.tag), *inner);
    return concatenated(objects);
  }
  return std::nullopt;
}

}  // namespace

Result<Place> place_by_name(std::string_view name) {
  const std::size_t slash = name.find('/');
  Place place;
  MYNA_TRY(place.aid, from_hex(name.substr(0, slash)));
  if (slash == std::string_view::npos) return place;
  MYNA_TRY(place.file, file_id(name.substr(slash + 1)));
  return place;
}

std::span<const std::string_view> damage_names() noexcept { return kDamages.rows; }
std::optional<Damage> damage_by_name(std::string_view name) noexcept { return kDamages.find(name); }
std::optional<Disorder> disorder_by_name(std::string_view name) noexcept { return kDisorders.find(name); }

Status damage(CardImage& image, const Place& place, Damage kind) {
  if (kind == Damage::absent) return remove_object(image, place);
  MYNA_TRY(ImageFile* const file, file_at(image, place));
  if (kind == Damage::denied) file->opened_by = {kNoPin};
  else if (!file->content.empty()) change_content(file->content, kind);
  return {};
}

// What stands behind the outermost object is filler and stays.
Status disorder(CardImage& image, const Place& place, Tag tag, Disorder kind) {
  MYNA_TRY(ImageFile* const file, file_at(image, place));
  ByteReader reader(file->content);
  MYNA_TRY(const Tlv record, next_tlv(reader));
  auto changed = displaced(record.whole, tag, kind);
  if (!changed) return fail(Errc::file_absent);
  append(*changed, reader.rest());
  file->content = *std::move(changed);
  return {};
}

}  // namespace myna
