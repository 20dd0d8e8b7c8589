// SPDX-License-Identifier: Apache-2.0
#include "myna/personalise/tamper.hpp"

#include <algorithm>
#include <array>

#include "files/drawing.hpp"
#include "files/text_files.hpp"
#include "myna/core/tlv.hpp"
#include "pki/ber.hpp"
#include "pki/card_key.hpp"

namespace myna {
namespace {

ImageApplication* application_of(CardImage& image, ByteView aid) {
  const auto found = std::ranges::find_if(image.applications, [aid](const ImageApplication& a) { return equal(a.aid, aid); });
  return found == image.applications.end() ? nullptr : &*found;
}

Result<Bytes*> file_of(CardImage& image, ByteView aid, FileId id) {
  ImageApplication* application = application_of(image, aid);
  if (application == nullptr) return fail(Errc::file_absent);
  const auto found = std::ranges::find(application->files, id, &ImageFile::file);
  return found == application->files.end() ? Result<Bytes*>(fail(Errc::file_absent)) : &found->content;
}

// Where the value of an object lies in its file.
Result<std::span<Byte>> value_in(Bytes& file, Tag container, Tag tag) {
  MYNA_TRY(const Tlv object, find_path(file, {container, tag}));
  return std::span(file).subspan(static_cast<std::size_t>(object.value.data() - file.data()), object.value.size());
}

Status flip_last(CardImage& image, ByteView aid, FileId id, Tag container, Tag tag) {
  MYNA_TRY(Bytes* const file, file_of(image, aid, id));
  MYNA_TRY(const auto value, value_in(*file, container, tag));
  value.back() = static_cast<Byte>(value.back() ^ 0x01);
  return {};
}

// The first character becomes its neighbour of the same length.
Status change_name(CardImage& image) {
  MYNA_TRY(Bytes* const file, file_of(image, aid::kText, 0x0002));
  MYNA_TRY(const auto name, value_in(*file, 0xFF20, 0xDF22));
  name[name.size() - 1] = static_cast<Byte>(name.back() ^ 0x01);
  return {};
}

Status change_number(CardImage& image) {
  constexpr std::string_view kOther = "123456789026";
  MYNA_TRY(Bytes* const number, file_of(image, aid::kText, 0x0001));
  MYNA_TRY(Bytes* const record, file_of(image, aid::kText, 0x0003));
  *number = number_file(kOther);
  MYNA_TRY(const auto stored, value_in(*record, 0xFF30, 0xDF31));
  std::ranges::copy(hash(Digest::sha256, *number), stored.begin());
  return {};
}

// The record is put together again around another picture, so it is well formed.
Status change_photo(CardImage& image) {
  MYNA_TRY(Bytes* const file, file_of(image, aid::kSurface, 0x0002));
  MYNA_TRY(const Tlv container, find_tlv(*file, 0xFF20));
  Picture portrait = draw_portrait();
  std::ranges::reverse(portrait.grey);
  MYNA_TRY(const Bytes photo, encode_jp2(portrait));
  std::vector<Bytes> parts;
  ByteReader objects(container.value);
  MYNA_TRY([[maybe_unused]] const Tlv offsets, next_tlv(objects));
  while (!objects.empty()) {
    MYNA_TRY(const Tlv object, next_tlv(objects));
    parts.push_back(object.tag == 0xDF27 ? myna::object(0xDF27, photo) : Bytes(object.whole.begin(), object.whole.end()));
  }
  *file = indexed_record(parts);
  return {};
}

Status change_expiry(CardImage& image) {
  MYNA_TRY(Bytes* const file, file_of(image, aid::kSurface, 0x0002));
  MYNA_TRY(const auto expiry, value_in(*file, 0xFF20, 0xDF29));
  expiry[3] = expiry[3] == '9' ? Byte{'8'} : static_cast<Byte>(expiry[3] + 1);
  return {};
}

Status change_signatures(CardImage& image) {
  MYNA_CHECK(flip_last(image, aid::kText, 0x0003, 0xFF30, 0xDF33));
  return flip_last(image, aid::kSurface, 0x0002, 0xFF20, 0xDF28);
}

Status change_keys(CardImage& image) {
  for (ImageApplication& application : image.applications) {
    for (ImageKey& key : application.keys) {
      MYNA_TRY(const KeyPair pair, generate_rsa_2048());
      key.pkcs8 = pair.pkcs8;
      key.loaded.reset();
    }
  }
  return {};
}

Status drop_keys(CardImage& image) {
  for (ImageApplication& application : image.applications) {
    application.keys.clear();
    application.default_key.reset();
    application.authentication_key.reset();
  }
  return {};
}

struct Row {
  Tampering what;
  std::string_view name;
  Status (*change)(CardImage&);
};
constexpr std::array kRows{
    Row{.what = Tampering::photo, .name = "photo", .change = change_photo},
    Row{.what = Tampering::name, .name = "name", .change = change_name},
    Row{.what = Tampering::number, .name = "number", .change = change_number},
    Row{.what = Tampering::signature, .name = "signature", .change = change_signatures},
    Row{.what = Tampering::expiry, .name = "expiry", .change = change_expiry},
    Row{.what = Tampering::clone, .name = "clone", .change = change_keys},
    Row{.what = Tampering::keyless, .name = "keyless", .change = drop_keys},
};

}  // namespace

std::optional<Tampering> tampering_by_name(std::string_view name) noexcept {
  const auto found = std::ranges::find(kRows, name, &Row::name);
  return found == kRows.end() ? std::nullopt : std::optional(found->what);
}

Status tamper(CardImage& image, Tampering what) { return std::ranges::find(kRows, what, &Row::what)->change(image); }

}  // namespace myna
