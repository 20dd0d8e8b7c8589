// SPDX-License-Identifier: Apache-2.0
#include "myna/surface_ap.hpp"

#include "default_key.hpp"
#include "elementary_file.hpp"
#include "myna/tlv.hpp"
#include "pin_file.hpp"
#include "record_fields.hpp"

namespace myna {
namespace {

constexpr auto kPngStart = hex("89504E470D0A1A0A");
constexpr auto kJp2Start = hex("0000000C6A5020200D0A870A");

const PinRow& row_of(PinKind kind) { return pin_row(my_number_profile(), kind); }

Result<SecretBytes> picture_of(ByteView record, Tag tag, ByteView start) {
  MYNA_TRY(const Tlv object, find_tlv(record, tag));
  const bool begins = object.value.size() > start.size() && equal(object.value.first(start.size()), start);
  return begins ? Result<SecretBytes>(SecretBytes(object.value)) : fail(Errc::malformed);
}

}  // namespace

Result<CardFace> parse_card_face(ByteView file) {
  MYNA_TRY(const Tlv record, find_tlv(file, 0xFF20));
  CardFace face;
  MYNA_TRY(face.birth_date, date_field(record.value, 0xDF22));
  MYNA_TRY(face.sex, sex_field(record.value, 0xDF23));
  MYNA_TRY(face.name_png, picture_of(record.value, 0xDF25, kPngStart));
  MYNA_TRY(face.address_png, picture_of(record.value, 0xDF26, kPngStart));
  MYNA_TRY(face.photo_jp2, picture_of(record.value, 0xDF27, kJp2Start));
  MYNA_TRY(face.expiry, date_field(record.value, 0xDF29));
  MYNA_TRY(face.security_code_png, picture_of(record.value, 0xDF2A, kPngStart));
  return face;
}

Result<SecretBytes> parse_age_record(ByteView file) {
  MYNA_TRY(const Tlv record, find_tlv(file, 0xFF10));
  return date_field(record.value, 0xDF11);
}

Result<SurfaceApplication> SurfaceApplication::select(CardTransaction& transaction) {
  const Status selected = transaction.select_application(aid::kSurface);
  if (!selected) MYNA_CHECK(foreign_unless_broken(selected.error()));
  return SurfaceApplication(transaction);
}

Result<PinStatus> SurfaceApplication::pin_status(PinKind kind) { return PinFile(*transaction_, row_of(kind)).status(); }

Status SurfaceApplication::verify_bytes(PinKind kind, ByteView pin, const TryPolicy& policy, RefusedPins& refused) {
  return PinFile(*transaction_, row_of(kind)).verify(pin, policy, refused);
}

Status SurfaceApplication::verify(const CheckedPin& pin, const TryPolicy& policy, RefusedPins& refused) {
  if (!equal(pin.row().application, aid::kSurface)) return fail(Errc::invalid_argument);
  return verify_bytes(pin.row().kind, pin.view(), policy, refused);
}

Result<SecretBytes> SurfaceApplication::read(SurfaceFile file) {
  return ElementaryFile(*transaction_, static_cast<FileId>(file)).read_object();
}

Result<Bytes> SurfaceApplication::answer_challenge(ByteView digest_info) { return sign_with_default_key(*transaction_, digest_info); }

}  // namespace myna
