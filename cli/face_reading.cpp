// SPDX-License-Identifier: Apache-2.0
#include "cli/face_reading.hpp"

#include <array>

#include "myna/picture.hpp"

namespace myna::cli {
namespace {

constexpr std::array kOpenedBy{PinKind::face_code_b, PinKind::face_code_a};
constexpr std::array kOpensNumber{PinKind::face_code_a};

Status read_surface(Context& context, OpenCard& card, CardTransaction& transaction, CheckedPin&& pin, FaceReading& reading) {
  const ReportOptions& options = context.invocation.report;
  MYNA_TRY(auto surface, SurfaceApplication::select(transaction));
  if (options.verify) {
    MYNA_TRY(reading.evidence.certificate, surface.read(SurfaceFile::certificate));
  }
  MYNA_CHECK(use_pin(context, card, surface, std::move(pin)));
  if (options.number_picture) {
    MYNA_TRY(reading.number_picture, surface.read(SurfaceFile::number_picture));
  }
  if (options.verify) return collect(surface, reading.evidence);
  MYNA_TRY(reading.evidence.face, surface.read(SurfaceFile::face));
  return {};
}

}  // namespace

Result<FaceReading> read_face(Context& context, OpenCard& card) {
  const ReportOptions& options = context.invocation.report;
  const std::span<const PinKind> kinds = options.number_picture ? std::span<const PinKind>(kOpensNumber) : kOpenedBy;
  MYNA_TRY(CheckedPin pin, obtain_one_of(context, card, kinds, options.pin));
  MYNA_TRY(auto transaction, card.card.begin());
  FaceReading reading;
  MYNA_CHECK(read_surface(context, card, transaction, std::move(pin), reading));
  if (!options.verify) return reading;
  MYNA_TRY(auto common, CommonApplication::select(transaction));
  MYNA_TRY(reading.evidence.record, common.record());
  return reading;
}

Result<Bytes> photo_png(const CardFace& face) {
  MYNA_TRY(const Picture photo, decode_jp2_in_child(face.photo_jp2.view()));
  return encode_png(photo, PngDepth::eight_bits);
}

}  // namespace myna::cli
