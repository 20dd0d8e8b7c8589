// SPDX-License-Identifier: Apache-2.0
// myna check-card: every proof that the PINs given allow, in one transaction, text first.
#include <algorithm>
#include <array>

#include "cli/card/cert_words.hpp"
#include "cli/card/face_reading.hpp"
#include "cli/card/report.hpp"
#include "cli/card/trust.hpp"

namespace myna::cli {
namespace {

constexpr std::array kKinds{PinKind::text, PinKind::face_code_b, PinKind::face_code_a, PinKind::auth, PinKind::sign};

struct Evidence {
  TextEvidence text;
  FaceEvidence face;
  SecretBytes auth_certificate, auth_ca, sign_certificate, sign_ca;
  Challenge auth;
  SecretBytes issuer_municipality, issuer_expiry;
};

using Pins = std::vector<CheckedPin>;

std::chrono::sys_seconds now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

// The PINs named, typed up front: nobody is asked while the transaction is open.
Result<Pins> obtain_pins(Context& context, OpenCard& card) {
  if (context.has_stored_pin()) return stored_pins(context, kKinds);
  Pins pins;
  for (const std::string& name : context.invocation.report.pins) {
    const PinRow& row = *std::ranges::find(my_number_profile().pins, name, &PinRow::name);
    MYNA_TRY(CheckedPin pin, obtain_checked_pin(context, card, row.kind));
    pins.push_back(std::move(pin));
  }
  return pins;
}

CheckedPin* pin_for(Pins& pins, std::initializer_list<PinKind> kinds) {
  const auto found =
      std::ranges::find_if(pins, [kinds](const CheckedPin& pin) { return std::ranges::find(kinds, pin.row().kind) != kinds.end(); });
  return found == pins.end() ? nullptr : &*found;
}

Status collect_text(Context& context, OpenCard& card, CardTransaction& transaction, Pins& pins, Evidence& evidence) {
  CheckedPin* pin = pin_for(pins, {PinKind::text});
  if (pin == nullptr) return {};
  MYNA_TRY(auto text, TextApplication::select(transaction));
  MYNA_CHECK(collect_certificate(text, evidence.text));
  MYNA_CHECK(use_pin(context, card, text, std::move(*pin)));
  return collect(text, evidence.text);
}

Status collect_face(Context& context, OpenCard& card, CardTransaction& transaction, Pins& pins, Evidence& evidence) {
  CheckedPin* pin = pin_for(pins, {PinKind::face_code_b, PinKind::face_code_a});
  if (pin == nullptr) return {};
  MYNA_TRY(evidence.face, read_face(context, card, transaction, std::move(*pin), true));
  return {};
}

// An application or a PIN that the card lacks proves nothing by that, and takes no other proof along.
Status unless_absent(const Status& collected) {
  return collected || object_state(collected.error()) != ObjectState::absent ? collected : Status{};
}

Status collect_auth(Context& context, OpenCard& card, JpkiApplication& jpki, CheckedPin&& pin, Evidence& evidence) {
  const CheckedPin taken = std::move(pin);
  MYNA_TRY(Pin<PinKind::auth> typed, Pin<PinKind::auth>::parse(as_text(taken.view())));
  MYNA_CHECK(keep_if_given(jpki.certificate(CertificateKind::auth_ca), evidence.auth_ca));
  MYNA_CHECK(use_pin(context, card, jpki, std::move(typed)));
  MYNA_CHECK(keep_if_given(jpki.certificate(CertificateKind::auth), evidence.auth_certificate));
  evidence.auth = make_challenge();
  return keep_if_given(jpki.sign(KeyKind::auth, evidence.auth.digest_info), evidence.auth.answer);
}

// The signature key signs nothing here: a challenge is no document that anybody wants to have signed.
Status collect_sign(Context& context, OpenCard& card, JpkiApplication& jpki, CheckedPin&& pin, Evidence& evidence) {
  const CheckedPin taken = std::move(pin);
  MYNA_TRY(Pin<PinKind::sign> typed, Pin<PinKind::sign>::parse(as_text(taken.view())));
  MYNA_CHECK(keep_if_given(jpki.certificate(CertificateKind::sign_ca), evidence.sign_ca));
  MYNA_CHECK(use_pin(context, card, jpki, std::move(typed)));
  return keep_if_given(jpki.certificate(CertificateKind::sign), evidence.sign_certificate);
}

Status collect_jpki(Context& context, OpenCard& card, CardTransaction& transaction, Pins& pins, Evidence& evidence) {
  CheckedPin* auth = pin_for(pins, {PinKind::auth});
  CheckedPin* sign = pin_for(pins, {PinKind::sign});
  MYNA_TRY(auto jpki, JpkiApplication::select(transaction));
  if (auth != nullptr) MYNA_CHECK(unless_absent(collect_auth(context, card, jpki, std::move(*auth), evidence)));
  if (sign != nullptr) MYNA_CHECK(unless_absent(collect_sign(context, card, jpki, std::move(*sign), evidence)));
  return {};
}

// A phone has no such objects: nobody asks it for them.
Status collect_issuer(CardTransaction& transaction, Evidence& evidence) {
  constexpr std::uint16_t kMunicipality = 0x00F0, kExpiry = 0x00F2;   // CARD.md 2.6
  MYNA_CHECK(collect_card_record(transaction, evidence.face.record));
  if (!evidence.face.record) return {};
  MYNA_CHECK(keep_if_given(read_issuer_object(transaction, kMunicipality), evidence.issuer_municipality));
  return keep_if_given(read_issuer_object(transaction, kExpiry), evidence.issuer_expiry);
}

// The first SELECT is JPKI's: a foreign card hears one command.
Result<Evidence> collect_all(Context& context, OpenCard& card, Pins& pins) {
  Evidence evidence;
  MYNA_TRY(auto transaction, card.card.begin());
  MYNA_TRY([[maybe_unused]] const auto known, JpkiApplication::select(transaction));
  MYNA_CHECK(unless_absent(collect_text(context, card, transaction, pins, evidence)));
  MYNA_CHECK(unless_absent(collect_face(context, card, transaction, pins, evidence)));
  MYNA_CHECK(collect_jpki(context, card, transaction, pins, evidence));
  MYNA_CHECK(collect_issuer(transaction, evidence));
  return evidence;
}

Verdict judge_auth(const Evidence& evidence, bool is_virtual) {
  if (evidence.auth_certificate.empty()) return not_proven(Reason::not_read);
  const auto key = certificate_public_key(evidence.auth_certificate.view());
  if (!key) return not_proven(Reason::unreadable);
  if (evidence.auth.answer.empty()) return not_proven(Reason::copy);
  if (!(*key)->verify_pkcs1(evidence.auth.digest_info, evidence.auth.answer)) return failed(Reason::contradiction);
  return judge_chain(evidence.auth_certificate.view(), evidence.auth_ca.view(), now(), is_virtual);
}

bool names_same_person(const HolderAttributes& certificate, const BasicAttributes& text) {
  std::string born = certificate.birth_date;
  std::erase(born, '-');
  const bool sex = certificate.sex == "unknown" || certificate.sex == to_string(text.sex);
  return certificate.name == as_text(text.name.view()) && certificate.address == as_text(text.address.view()) &&
         born == as_text(text.birth_date.view()) && sex;
}

// A certificate may be older than the last change of name or address, or write a character otherwise (CARD.md 4.4): a difference accuses
// nobody.
Verdict judge_certificate(const Evidence& evidence, bool is_virtual) {
  if (evidence.sign_certificate.empty() || evidence.text.attributes.empty()) return not_proven(Reason::not_read);
  const auto fields = parse_certificate(evidence.sign_certificate.view());
  const auto text = parse_basic_attributes(evidence.text.attributes.view());
  const auto holder = fields ? holder_attributes(*fields) : std::nullopt;
  if (!text || !holder) return not_proven(Reason::unreadable);
  if (!names_same_person(*holder, *text)) return not_proven(Reason::differs);
  return judge_chain(evidence.sign_certificate.view(), evidence.sign_ca.view(), now(), is_virtual);
}

// Nothing of this is signed.
Verdict judge_issuer(const Evidence& evidence) {
  if (evidence.issuer_expiry.empty() || evidence.issuer_municipality.empty() || !evidence.face.record) return not_proven(Reason::not_read);
  const bool same = as_text(evidence.issuer_municipality.view()) == evidence.face.record->municipality_code &&
                    as_text(evidence.issuer_expiry.view()) == evidence.face.record->expiry;
  return same ? kNotCovered : not_proven(Reason::differs);
}

AuthenticityReport judge_all(const Evidence& evidence, std::span<const CvAnchor> anchors, bool is_virtual) {
  AuthenticityReport report = judge(evidence.text, anchors);
  report.add(judge(evidence.face, anchors));
  report.add(Check::auth_key, judge_auth(evidence, is_virtual));
  report.add(Check::face_agreement, judge_agreement(evidence.text, evidence.face, report));
  report.add(Check::certificate_agreement, judge_certificate(evidence, is_virtual));
  report.add(Check::issuer_agreement, judge_issuer(evidence));
  report.add(Check::revocation, kNotCovered);
  return report;
}

}  // namespace

Exit run_check_card(Context& context) {
  auto card = open_card(context);
  if (!card) return context.output.error(card.error());
  context.output.document()["virtual"] = card->reader.is_virtual;
  const auto anchors = trusted_issuers(context, card->reader);
  if (!anchors) return context.output.error(anchors.error());
  auto pins = obtain_pins(context, *card);
  if (!pins) return context.output.error(pins.error());
  const auto evidence = collect_all(context, *card, *pins);
  if (!evidence) return context.output.error(evidence.error());
  return show_report(context, judge_all(*evidence, *anchors, card->reader.is_virtual));
}

}  // namespace myna::cli
