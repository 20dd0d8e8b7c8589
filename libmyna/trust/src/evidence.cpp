// SPDX-License-Identifier: Apache-2.0
// Collecting evidence for a report, inside the caller's transaction.
#include "myna/trust/authenticity.hpp"

namespace myna {
namespace {

// Unless the card has answered in this session already.
template <typename Application>
Status ask_live_key(Application& application, Challenge& challenge) {
  if (!challenge.answer.empty()) return {};
  if (challenge.digest_info.empty()) challenge = make_challenge();
  auto answer = application.answer_challenge(challenge.digest_info);
  if (answer) challenge.answer = *std::move(answer);
  else if (!card_answered(answer.error())) return Unexpected(answer.error());
  return {};
}

}  // namespace

Challenge make_challenge() {
  std::array<Byte, 32> random{};
  fill_random(random);
  const auto info = digest_info(Digest::sha256, hash(Digest::sha256, random));
  return {.digest_info = info ? *info : Bytes{}, .answer = {}};
}

Status collect_certificate(TextApplication& text, TextEvidence& evidence) {
  return keep_if_given(text.read(TextFile::certificate), evidence.certificate);
}

Status collect_certificate(SurfaceApplication& surface, SecretBytes& certificate) {
  return keep_if_given(surface.read(SurfaceFile::certificate), certificate);
}

Status collect(TextApplication& text, TextEvidence& evidence) {
  MYNA_CHECK(keep_if_given(text.read(TextFile::attributes), evidence.attributes));
  return collect_without_attributes(text, evidence);
}

Status collect_without_attributes(TextApplication& text, TextEvidence& evidence) {
  MYNA_CHECK(keep_if_given(text.read(TextFile::integrity), evidence.integrity));
  MYNA_CHECK(keep_if_given(text.read(TextFile::card_key), evidence.card_key));
  return ask_live_key(text, evidence.live);
}

Status collect(SurfaceApplication& surface, FaceEvidence& evidence) {
  MYNA_CHECK(keep_if_given(surface.read(SurfaceFile::face), evidence.face));
  return ask_live_key(surface, evidence.live);
}

Status collect(SurfaceApplication& surface, AgeEvidence& evidence) {
  MYNA_CHECK(keep_if_given(surface.read(SurfaceFile::age), evidence.record));
  return ask_live_key(surface, evidence.live);
}

Status collect_card_record(CardTransaction& transaction, std::optional<CardRecord>& record) {
  auto common = CommonApplication::select(transaction);
  if (!common) return common.error().code == Errc::application_absent ? Status{} : Status{Unexpected(common.error())};
  return keep_if_given(common->record(), record);
}

}  // namespace myna
