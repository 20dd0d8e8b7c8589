// SPDX-License-Identifier: Apache-2.0
#include "holder_records.hpp"
#include "myna/use_cases/spend_pin.hpp"

namespace myna {
namespace {

Result<AgeEvidence> read_age_record(MyNumberCard& card, Pin&& pin, const CardPolicy& policy) {
  MYNA_TRY(auto transaction, card.begin());
  MYNA_CHECK(above_floor(transaction, pin, policy));
  MYNA_TRY(auto surface, SurfaceApplication::select(transaction));
  AgeEvidence evidence;
  MYNA_CHECK(collect_certificate(surface, evidence.certificate));
  MYNA_CHECK(spend_pin(card, surface, std::move(pin), policy));
  MYNA_CHECK(collect(surface, evidence));
  return evidence;
}

struct BirthDate {
  SecretBytes digits;
  Verdict genuine;
};

// A record that cannot be read says nothing when its proof has failed already.
Result<BirthDate> proven_date(Result<SecretBytes> digits, Verdict genuine) {
  if (genuine.proof == Proof::failed) return BirthDate{{}, genuine};
  if (!digits) return Unexpected(digits.error());
  return BirthDate{*std::move(digits), genuine};
}

Result<SecretBytes> birth_date_in(ByteView attributes) {
  MYNA_TRY(BasicAttributes values, parse_basic_attributes(attributes));
  return std::move(values.birth_date);
}

Result<BirthDate> date_by_text(MyNumberCard& card, Pin&& pin, const CardPolicy& policy, std::span<const CvAnchor> anchors, Challenge live) {
  MYNA_TRY(const TextEvidence evidence, read_attributes(card, std::move(pin), true, policy, std::move(live)));
  if (evidence.attributes.empty()) return fail(Errc::file_absent);
  return proven_date(birth_date_in(evidence.attributes.view()), judge(evidence, anchors).verdict());
}

Result<BirthDate> date_by_age_record(MyNumberCard& card, Pin&& pin, const CardPolicy& policy, std::span<const CvAnchor> anchors) {
  MYNA_TRY(const AgeEvidence evidence, read_age_record(card, std::move(pin), policy));
  if (evidence.record.empty()) return fail(Errc::file_absent);
  return proven_date(parse_age_record(evidence.record.view()), judge(evidence, anchors));
}

Result<unsigned> number_of(ByteView digits) {
  unsigned value = 0;
  for (const Byte digit : digits) {
    if (digit < '0' || digit > '9') return fail(Errc::malformed);
    value = value * 10 + (digit - '0');
  }
  return value;
}

}  // namespace

// The certificate is free and longer than 256 bytes: read first, it teaches extended length while no PIN is open.
Status collect_text(MyNumberCard& card, CardTransaction& transaction, Pin&& pin, bool proof, const CardPolicy& policy,
                    TextEvidence& evidence) {
  MYNA_TRY(auto text, TextApplication::select(transaction));
  if (proof) MYNA_CHECK(collect_certificate(text, evidence));
  MYNA_CHECK(spend_pin(card, text, std::move(pin), policy));
  if (proof) return collect(text, evidence);
  MYNA_TRY(evidence.attributes, text.read(TextFile::attributes));
  return {};
}

Status collect_surface(MyNumberCard& card, CardTransaction& transaction, FaceRequest&& request, const CardPolicy& policy,
                       FaceEvidence& evidence) {
  MYNA_TRY(auto surface, SurfaceApplication::select(transaction));
  if (request.proof) MYNA_CHECK(collect_certificate(surface, evidence.certificate));
  MYNA_CHECK(spend_pin(card, surface, std::move(request.pin), policy));
  if (request.number_picture) {
    MYNA_TRY(evidence.number_picture, request.number_picture(transaction));
  }
  if (request.proof) return collect(surface, evidence);
  MYNA_TRY(evidence.face, surface.read(SurfaceFile::face));
  return {};
}

Result<TextEvidence> read_attributes(MyNumberCard& card, Pin&& pin, bool proof, const CardPolicy& policy, Challenge live) {
  MYNA_TRY(auto transaction, card.begin());
  MYNA_CHECK(above_floor(transaction, pin, policy));
  TextEvidence evidence{.live = std::move(live)};
  MYNA_CHECK(collect_text(card, transaction, std::move(pin), proof, policy, evidence));
  return evidence;
}

Result<FaceAnswer> read_face(MyNumberCard& card, FaceRequest&& request, const CardPolicy& policy) {
  MYNA_TRY(auto transaction, card.begin());
  MYNA_CHECK(above_floor(transaction, request.pin, policy));
  const bool proof = request.proof;
  FaceAnswer answer;
  if (request.text_too && request.pin.row().kind == PinKind::face_code_b) {
    MYNA_TRY(Pin same, Pin::parse(PinKind::text_code_b, as_text(request.pin.view())));
    MYNA_CHECK(collect_text(card, transaction, std::move(same), proof, policy, answer.text));
  }
  MYNA_CHECK(collect_surface(card, transaction, std::move(request), policy, answer.face));
  if (proof) MYNA_CHECK(collect_card_record(transaction, answer.face.record));
  return answer;
}

Result<std::chrono::year_month_day> latest_day_of(ByteView digits) {
  if (digits.size() != 8) return fail(Errc::malformed);
  MYNA_TRY(const unsigned year, number_of(digits.first(4)));
  MYNA_TRY(const unsigned month, number_of(digits.subspan(4, 2)));
  MYNA_TRY(const unsigned day, number_of(digits.subspan(6, 2)));
  return std::chrono::year_month_day{std::chrono::year(static_cast<int>(year)), std::chrono::month(month == 0 ? 12 : month),
                                     std::chrono::day(day == 0 ? 31 : day)};
}

Result<Age> check_age(MyNumberCard& card, AgeRequest&& request, const CardPolicy& policy, std::span<const CvAnchor> anchors,
                      bool require_proof, Challenge live) {
  const bool by_record = request.pin.row().kind == PinKind::face_birth;
  MYNA_TRY(const BirthDate born, by_record ? date_by_age_record(card, std::move(request.pin), policy, anchors)
                                           : date_by_text(card, std::move(request.pin), policy, anchors, std::move(live)));
  if (born.genuine.proof == Proof::failed) return Age{.old_enough = false, .genuine = born.genuine};
  MYNA_TRY(const std::chrono::year_month_day day, latest_day_of(born.digits.view()));
  const std::chrono::year_month_day birthday{day.year() + std::chrono::years(request.years), day.month(),
                                             day.day()};  // may be no day: 29 February
  const bool acceptable = born.genuine.proof == Proof::proven || !require_proof;
  return Age{.old_enough = acceptable && request.on >= birthday, .genuine = born.genuine};
}

}  // namespace myna
