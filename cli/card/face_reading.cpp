// SPDX-License-Identifier: Apache-2.0
#include "face_reading.hpp"

#include <array>

#include "myna/pictures/picture.hpp"
#include "number_picture.hpp"

namespace myna::cli {
namespace {

constexpr std::array kOpenedBy{PinKind::face_code_b, PinKind::face_code_a};
constexpr std::array kOpensNumber{PinKind::face_code_a};

Status read_surface(Context& context, OpenCard& card, CardTransaction& transaction, CheckedPin&& pin, bool proof, FaceEvidence& evidence) {
  MYNA_TRY(auto surface, SurfaceApplication::select(transaction));
  if (proof) MYNA_CHECK(collect_certificate(surface, evidence.certificate));
  MYNA_CHECK(use_pin(context, card, surface, std::move(pin)));
  MYNA_TRY(evidence.number_picture, number_picture_if_wanted(context, transaction));
  if (proof) return collect(surface, evidence);
  MYNA_TRY(evidence.face, surface.read(SurfaceFile::face));
  return {};
}

}  // namespace

Result<CheckedPin> obtain_face_pin(Context& context, OpenCard& card) {
  const ReportOptions& options = context.invocation.report;
  const std::span<const PinKind> kinds = options.number_picture ? std::span<const PinKind>(kOpensNumber) : kOpenedBy;
  return obtain_one_of(context, card, kinds, options.pin);
}

Result<FaceEvidence> read_face(Context& context, OpenCard& card, CardTransaction& transaction, CheckedPin&& pin, bool proof) {
  FaceEvidence evidence;
  MYNA_CHECK(read_surface(context, card, transaction, std::move(pin), proof, evidence));
  if (proof) MYNA_CHECK(collect_card_record(transaction, evidence.record));
  return evidence;
}

Result<Picture> photo_of(const CardFace& face) {
  return about(decode_jp2_in_child(face.photo_jp2.view()), card_object(aid::kSurface, static_cast<FileId>(SurfaceFile::face)));
}

}  // namespace myna::cli
