// SPDX-License-Identifier: Apache-2.0
#include "myna/card/applications/surface.hpp"

#include "default_key.hpp"
#include "enter_application.hpp"
#include "myna/card/card_object.hpp"
#include "myna/card/elementary_file.hpp"
#include "myna/card/applications/surface_tags.hpp"
#include "myna/card/record_fields.hpp"
#include "myna/core/hex.hpp"
#include "pin_file.hpp"

namespace myna {
namespace {

constexpr auto kPngStart = hex("89504E470D0A1A0A");
constexpr auto kPngEnd = hex("0000000049454E44AE426082");   // IEND, ISO/IEC 15948
constexpr auto kJp2Start = hex("0000000C6A5020200D0A870A");

const PinRow& row_of(PinKind kind) { return pin_row(my_number_profile(), kind); }

bool begins_with(ByteView bytes, ByteView start) { return bytes.size() > start.size() && equal(bytes.first(start.size()), start); }

Result<SecretBytes> photo_in(const Record& record, Tag tag) {
  MYNA_TRY(const Tlv object, record.object(tag));
  return begins_with(object.value, kJp2Start) ? Result<SecretBytes>(SecretBytes(object.value)) : fail(Errc::malformed);
}

// With its last chunk at its end: a signature over values alone would not tell where one picture ends and the next begins.
Result<SecretBytes> png_in(const Record& record, Tag tag) {
  MYNA_TRY(const Tlv object, record.object(tag));
  const ByteView png = object.value;
  const bool whole = begins_with(png, kPngStart) && png.size() >= kPngEnd.size() && equal(png.last(kPngEnd.size()), kPngEnd);
  return whole ? Result<SecretBytes>(SecretBytes(png)) : fail(Errc::malformed);
}

Result<CardFace> face_in(ByteView file) {
  if (file.empty()) return fail(Errc::file_absent);
  MYNA_TRY(const Record record, open_card_face(file));
  CardFace face;
  MYNA_TRY(face.birth_date, date_field(record, surface_tag::kBirthDate));
  MYNA_TRY(face.sex, sex_field(record, surface_tag::kSex));
  MYNA_TRY(face.name_png, png_in(record, surface_tag::kNamePicture));
  MYNA_TRY(face.address_png, png_in(record, surface_tag::kAddressPicture));
  MYNA_TRY(face.photo_jp2, photo_in(record, surface_tag::kPhoto));
  MYNA_TRY(face.expiry, date_field(record, surface_tag::kExpiry));
  MYNA_TRY(face.security_code_png, png_in(record, surface_tag::kSecurityCodePicture));
  return face;
}

Result<SecretBytes> birth_date_in(ByteView file) {
  if (file.empty()) return fail(Errc::file_absent);
  MYNA_TRY(const Record record, open_age_record(file));
  return date_field(record, surface_tag::kAgeBirthDate);
}

}  // namespace

Result<CardFace> parse_card_face(ByteView file) {
  return about(face_in(file), card_object(aid::kSurface, static_cast<FileId>(SurfaceFile::face)));
}

Result<SecretBytes> parse_age_record(ByteView file) {
  return about(birth_date_in(file), card_object(aid::kSurface, static_cast<FileId>(SurfaceFile::age)));
}

Result<SurfaceApplication> SurfaceApplication::select(CardTransaction& transaction) {
  MYNA_CHECK(enter_application(transaction, aid::kSurface));
  return SurfaceApplication(transaction);
}

Result<PinStatus> SurfaceApplication::pin_status(PinKind kind) { return PinFile(*transaction_, row_of(kind)).status(); }

Status SurfaceApplication::verify(const Pin& pin, const TryPolicy& policy, RefusedPins& refused) {
  if (!equal(pin.row().application, aid::kSurface)) return fail(Errc::invalid_argument);
  return PinFile(*transaction_, pin.row()).verify(pin.view(), policy, refused);
}

Result<SecretBytes> SurfaceApplication::read(SurfaceFile file) {
  return ElementaryFile(*transaction_, static_cast<FileId>(file)).read_object();
}

Result<Bytes> SurfaceApplication::answer_challenge(ByteView digest_info) { return sign_with_default_key(*transaction_, digest_info); }

}  // namespace myna
