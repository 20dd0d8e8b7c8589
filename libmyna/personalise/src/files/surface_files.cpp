// SPDX-License-Identifier: Apache-2.0
#include "surface_files.hpp"

#include <array>
#include <future>

#include "application_builder.hpp"
#include "drawing.hpp"
#include "holder_codes.hpp"
#include "myna/card/applications/surface_tags.hpp"
#include "myna/core/dates.hpp"
#include "myna/core/hex.hpp"
#include "pki/ber.hpp"
#include "pki/card_key.hpp"

namespace myna {
namespace {

constexpr std::size_t kEncryptedCode = 256;

void append_hash(Bytes& digests, std::span<const Bytes> parts) { append(digests, hash(Digest::sha256, concatenated(parts))); }

// Signed in three groups: birth date, sex and key; the texts; the photo. What follows DF28 is not signed (docs/card/records.md).
Result<Bytes> face_record(const Personalisation& what, const FacePictures& pictures, const CardKey& card, const CardKey& signer) {
  using namespace surface_tag;
  std::vector<Bytes> parts{object(kBirthDate, digits_of(what.holder.birth_date)), object(kSex, std::string(1, what.holder.sex)),
                           object(kCardKey, card.object), object(kNamePicture, pictures.name_png),
                           object(kAddressPicture, pictures.address_png), object(kPhoto, pictures.photo_jp2)};
  const std::span<const Bytes> all(parts);
  Bytes digests;
  append_hash(digests, all.subspan(0, 3));
  append_hash(digests, all.subspan(3, 2));
  append_hash(digests, all.subspan(5, 1));
  MYNA_TRY(const Bytes signature, sign_digests(signer, digests));
  parts.push_back(object(kSignature, signature));
  parts.push_back(object(kExpiry, card_expiry_of(what)));
  parts.push_back(object(kSecurityCodePicture, pictures.security_code_png));
  return indexed_record(parts);
}

// Two objects and a signature over both: the age record and the picture of the number (docs/card/surface.md).
Result<Bytes> signed_pair(std::uint16_t container, std::uint16_t first_tag, ByteView first, const CardKey& card, const CardKey& signer) {
  Bytes content = object(first_tag, first);
  append(content, object(static_cast<std::uint16_t>(first_tag + 1), card.object));
  MYNA_TRY(const Bytes signature, sign_record(signer, content));
  append(content, object(static_cast<std::uint16_t>(first_tag + 2), signature));
  return object(container, content);
}

Bytes application_information(const Holder& holder) {
  Bytes code = key_id("9200023", "005", 0);
  code.resize(code.size() + kEncryptedCode);
  fill_random(std::span(code).subspan(16));
  const std::array parts{object(0xDF31, hex("06030E01")), object(0xDF32, key_id("9200023", "004", 0)), object(0xDF33, hex("01")),
                         object(0xDF34, holder.municipality_code), object(0xDF35, code)};
  return object(0xFF30, concatenated(parts));
}

}  // namespace

Result<FacePictures> draw_face(const Personalisation& what) {
  constexpr std::size_t kLargePhoto = 28 * 1024;
  const Holder& holder = what.holder;
  const bool large = what.photo == PhotoSize::large;
  FacePictures pictures;
  MYNA_TRY(pictures.name_png, encode_png(draw_text(holder.name), PngDepth::one_bit));
  MYNA_TRY(pictures.address_png, encode_png(draw_text(holder.address), PngDepth::one_bit));
  MYNA_TRY(pictures.photo_jp2, large ? encode_jp2(draw_portrait(4), kLargePhoto) : encode_jp2(draw_portrait()));
  MYNA_TRY(const Picture portrait, decode_jp2(pictures.photo_jp2));
  MYNA_TRY(pictures.photo_png, encode_png(portrait, PngDepth::eight_bits));
  MYNA_TRY(pictures.security_code_png, encode_png(draw_digits(holder.security_code), PngDepth::one_bit));
  MYNA_TRY(pictures.number_png, encode_png(draw_digits(holder.my_number), PngDepth::one_bit));
  return pictures;
}

Result<ImageApplication> make_surface_application(const Personalisation& what, const FacePictures& pictures) {
  auto other = std::async(std::launch::async, [] { return make_card_key(); });
  MYNA_TRY(const CardKey signer, make_card_key());
  const auto card = other.get();
  if (!card) return Unexpected(card.error());
  const std::string birth_date = digits_of(what.holder.birth_date);
  MYNA_TRY(Bytes age, signed_pair(surface_tag::kAgeRecord, surface_tag::kAgeBirthDate, as_bytes(birth_date), *card, signer));
  MYNA_TRY(Bytes face, face_record(what, pictures, *card, signer));
  MYNA_TRY(Bytes certificate, certify(CvChain::surface, signer));
  MYNA_TRY(Bytes number, signed_pair(surface_tag::kNumberRecord, surface_tag::kNumberPicture, pictures.number_png, *card, signer));
  ApplicationBuilder surface(aid::kSurface);
  const FileId birth = 0x0011, code_b = 0x0012, code_a = 0x0013;
  surface.file(0x0001, std::move(age), {birth});
  surface.file(0x0002, std::move(face), {code_a, code_b});
  surface.file(0x0003, application_information(what.holder), {});
  surface.file(0x0004, std::move(certificate), {});
  surface.file(0x0005, std::move(number), {code_a});
  surface.file(0x0006, unknown_file(), {});
  MYNA_CHECK(surface.pin(PinKind::face_birth, birth_key_of(what.holder)));
  MYNA_CHECK(surface.pin(PinKind::face_code_b, code_b_of(what)));
  MYNA_CHECK(surface.pin(PinKind::face_code_a, what.holder.my_number));
  surface.default_key(0x001A, *card);
  return surface.take();
}

}  // namespace myna
