// SPDX-License-Identifier: Apache-2.0
#include "myna/use_cases/card_check.hpp"

#include <algorithm>

#include "holder_records.hpp"
#include "myna/trust/holder_attributes.hpp"
#include "myna/use_cases/spend_pin.hpp"

namespace myna {
namespace {

using Pins = std::vector<Pin>;

// What the steps of one check share.
struct CardCheck {
  MyNumberCard& card;
  CardTransaction& transaction;
  Pins& pins;
  const CardPolicy& policy;
  CardEvidence evidence{};
};

Pin* pin_for(Pins& pins, std::initializer_list<PinKind> kinds) {
  const auto found =
      std::ranges::find_if(pins, [kinds](const Pin& pin) { return std::ranges::find(kinds, pin.row().kind) != kinds.end(); });
  return found == pins.end() ? nullptr : &*found;
}

Status check_text(CardCheck& check) {
  Pin* pin = pin_for(check.pins, {PinKind::text});
  return pin == nullptr ? Status{} : collect_text(check.card, check.transaction, std::move(*pin), true, check.policy, check.evidence.text);
}

Status check_face(CardCheck& check) {
  Pin* pin = pin_for(check.pins, {PinKind::face_code_b, PinKind::face_code_a});
  if (pin == nullptr) return {};
  FaceEvidence& evidence = check.evidence.face;
  MYNA_CHECK(collect_surface(check.card, check.transaction, {.pin = std::move(*pin)}, check.policy, evidence));
  return collect_card_record(check.transaction, evidence.record);
}

Status unless_absent(const Status& collected) {
  return collected || object_state(collected.error()) != ObjectState::absent ? collected : Status{};
}

Status check_auth(CardCheck& check, JpkiApplication& jpki, Pin&& pin) {
  CardEvidence& evidence = check.evidence;
  MYNA_CHECK(keep_if_given(jpki.certificate(CertificateKind::auth_ca), evidence.auth_ca));
  MYNA_CHECK(spend_pin(check.card, jpki, std::move(pin), check.policy));
  MYNA_CHECK(keep_if_given(jpki.certificate(CertificateKind::auth), evidence.auth_certificate));
  evidence.auth = make_challenge();
  return keep_if_given(jpki.sign(KeyKind::auth, evidence.auth.digest_info), evidence.auth.answer);
}

// The signature key signs nothing here: a challenge is no document that anybody wants to have signed.
Status check_sign(CardCheck& check, JpkiApplication& jpki, Pin&& pin) {
  MYNA_CHECK(keep_if_given(jpki.certificate(CertificateKind::sign_ca), check.evidence.sign_ca));
  MYNA_CHECK(spend_pin(check.card, jpki, std::move(pin), check.policy));
  return keep_if_given(jpki.certificate(CertificateKind::sign), check.evidence.sign_certificate);
}

Status check_jpki(CardCheck& check) {
  Pin* auth = pin_for(check.pins, {PinKind::auth});
  Pin* sign = pin_for(check.pins, {PinKind::sign});
  MYNA_TRY(auto jpki, JpkiApplication::select(check.transaction));
  if (auth != nullptr) MYNA_CHECK(unless_absent(check_auth(check, jpki, std::move(*auth))));
  if (sign != nullptr) MYNA_CHECK(unless_absent(check_sign(check, jpki, std::move(*sign))));
  return {};
}

// A phone has no such objects: nobody asks it for them.
Status check_issuer(CardCheck& check) {
  constexpr std::uint16_t kMunicipality = 0x00F0, kExpiry = 0x00F2;   // docs/card/common.md, "GET DATA"
  CardEvidence& evidence = check.evidence;
  MYNA_CHECK(collect_card_record(check.transaction, evidence.face.record));
  if (!evidence.face.record) return {};
  MYNA_CHECK(keep_if_given(read_issuer_object(check.transaction, kMunicipality), evidence.issuer_municipality));
  return keep_if_given(read_issuer_object(check.transaction, kExpiry), evidence.issuer_expiry);
}

Verdict judge_auth(const CardEvidence& evidence, std::chrono::sys_seconds now, bool test_issuers) {
  if (evidence.auth_certificate.empty()) return not_proven(Reason::not_read);
  const auto key = certificate_public_key(evidence.auth_certificate.view());
  if (!key) return not_proven(Reason::unreadable);
  if (evidence.auth.answer.empty()) return not_proven(Reason::copy);
  if (!(*key)->verify_pkcs1(evidence.auth.digest_info, evidence.auth.answer)) return failed(Reason::contradiction);
  return judge_chain(evidence.auth_certificate.view(), evidence.auth_ca.view(), now, test_issuers);
}

bool names_same_person(const HolderAttributes& certificate, const BasicAttributes& text) {
  std::string born = certificate.birth_date;
  std::erase(born, '-');
  const bool sex = certificate.sex == "unknown" || certificate.sex == to_string(text.sex);
  return certificate.name == as_text(text.name.view()) && certificate.address == as_text(text.address.view()) &&
         born == as_text(text.birth_date.view()) && sex;
}

// A certificate may be older than the last change of name or address, or substitute a character: a difference accuses nobody.
Verdict judge_certificate(const CardEvidence& evidence, std::chrono::sys_seconds now, bool test_issuers) {
  if (evidence.sign_certificate.empty() || evidence.text.attributes.empty()) return not_proven(Reason::not_read);
  const auto fields = parse_certificate(evidence.sign_certificate.view());
  const auto text = parse_basic_attributes(evidence.text.attributes.view());
  const auto holder = fields ? holder_attributes(*fields) : std::nullopt;
  if (!text || !holder) return not_proven(Reason::unreadable);
  if (!names_same_person(*holder, *text)) return not_proven(Reason::differs);
  return judge_chain(evidence.sign_certificate.view(), evidence.sign_ca.view(), now, test_issuers);
}

// Nothing of this is signed.
Verdict judge_issuer(const CardEvidence& evidence) {
  if (evidence.issuer_expiry.empty() || evidence.issuer_municipality.empty() || !evidence.face.record) return not_proven(Reason::not_read);
  const bool same = as_text(evidence.issuer_municipality.view()) == evidence.face.record->municipality_code &&
                    as_text(evidence.issuer_expiry.view()) == evidence.face.record->expiry;
  return same ? kNotCovered : not_proven(Reason::differs);
}

}  // namespace

// The first SELECT is JPKI's: a foreign card hears one command.
Result<CardEvidence> collect_card_evidence(MyNumberCard& card, Pins&& pins, const CardPolicy& policy) {
  Pins taken = std::move(pins);
  MYNA_TRY(auto transaction, card.begin());
  MYNA_TRY([[maybe_unused]] const auto known, JpkiApplication::select(transaction));
  CardCheck check{card, transaction, taken, policy};
  MYNA_CHECK(unless_absent(check_text(check)));
  MYNA_CHECK(unless_absent(check_face(check)));
  MYNA_CHECK(check_jpki(check));
  MYNA_CHECK(check_issuer(check));
  return std::move(check.evidence);
}

AuthenticityReport judge_card(const CardEvidence& evidence, std::span<const CvAnchor> anchors, std::chrono::sys_seconds now,
                              bool test_issuers) {
  AuthenticityReport report = judge(evidence.text, anchors);
  report.add(judge(evidence.face, anchors));
  report.add(Check::auth_key, judge_auth(evidence, now, test_issuers));
  report.add(Check::face_agreement, judge_agreement(evidence.text, evidence.face, report));
  report.add(Check::certificate_agreement, judge_certificate(evidence, now, test_issuers));
  report.add(Check::issuer_agreement, judge_issuer(evidence));
  report.add(Check::revocation, kNotCovered);
  return report;
}

}  // namespace myna
