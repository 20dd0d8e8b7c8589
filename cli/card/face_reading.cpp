// SPDX-License-Identifier: Apache-2.0
#include "face_reading.hpp"

#include <array>

#include "myna/pictures/picture.hpp"
#include "number_picture.hpp"

namespace myna::cli {
namespace {

constexpr std::array kOpenedBy{PinKind::face_code_b, PinKind::face_code_a};
constexpr std::array kOpensNumber{PinKind::face_code_a};

}  // namespace

Result<Pin> obtain_face_pin(Context& context, OpenCard& card) {
  const ReportOptions& options = context.invocation.report;
  const std::span<const PinKind> kinds = options.number_picture ? std::span<const PinKind>(kOpensNumber) : kOpenedBy;
  return obtain_one_of(context, card, kinds, options.pin);
}

Result<FaceAnswer> read_face(Context& context, OpenCard& card, Pin&& pin, bool text_too) {
  FaceRequest request{.pin = std::move(pin), .proof = context.invocation.report.verify, .text_too = text_too};
  if (context.invocation.report.number_picture) request.number_picture = number_picture_reader();
  return read_face(card.card, std::move(request), context.card_policy());
}

Result<Picture> photo_of(const CardFace& face) {
  return about(decode_jp2_in_child(face.photo_jp2.view()), card_object(aid::kSurface, static_cast<FileId>(SurfaceFile::face)));
}

}  // namespace myna::cli
