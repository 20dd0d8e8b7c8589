// SPDX-License-Identifier: Apache-2.0
// Each operation is one transaction; what needs no card (decoding, checking) comes after it.
#include "operations.hpp"

#include <algorithm>
#include <array>

#include "card_flows.hpp"
#include "myna/card/card_application.hpp"
#include "myna/core/hex.hpp"
#include "myna/pictures/picture.hpp"

namespace myna::kiosk {
namespace {

constexpr std::array kUsualPins{PinKind::auth, PinKind::sign, PinKind::text};
constexpr std::size_t kNobody = 32;

std::string pseudonym(const Options& options, ByteView identity) { return to_hex(hmac_sha256(options.service_key, identity)); }

// ---- without a PIN

Result<Held> carry_out(Counter& counter, const Identify&) {
  Identity identity{.kind = counter.recognition.profile->kind, .pseudonym = pseudonym(counter.options, counter.recognition.identity)};
  MYNA_TRY(auto transaction, counter.card.begin());
  MYNA_CHECK(collect_card_record(transaction, identity.record));
  if (identity.record) {
    wipe(identity.record->serial.data(), identity.record->serial.size());
    identity.record->serial.clear();
  }
  Held held;
  held.identity = std::move(identity);
  return held;
}

// A PIN that this card does not have takes none of the others along.
Status count(CardTransaction& transaction, const PinRow& row, std::vector<PinCount>& counters) {
  auto application = CardApplication::select(transaction, row.application);
  const auto status = application ? application->pin_status(row) : Result<PinStatus>(Unexpected(application.error()));
  const auto object = status ? ObjectState::present : object_state(status.error());
  if (!object) return Unexpected(status.error());
  counters.push_back({row.kind, status ? std::optional(*status) : std::nullopt, *object});
  return {};
}

Result<Held> carry_out(Counter& counter, const CountTries& request) {
  const std::span<const PinKind> kinds = request.kinds.empty() ? std::span<const PinKind>(kUsualPins) : request.kinds;
  Held held;
  MYNA_TRY(auto transaction, counter.card.begin());
  for (const PinRow& row : counter.recognition.profile->pins) {
    if (std::ranges::find(kinds, row.kind) != kinds.end()) MYNA_CHECK(count(transaction, row, held.counters));
  }
  return held;
}

// What renewal needs to know; the certificate itself is not kept.
Result<Held> carry_out(Counter& counter, const RemindRenewal& request) {
  std::optional<CardRecord> record;
  SecretBytes der;
  {
    MYNA_TRY(auto transaction, counter.card.begin());
    MYNA_TRY(auto jpki, JpkiApplication::select(transaction, *counter.recognition.profile));
    MYNA_TRY(der, jpki.certificate(CertificateKind::auth));
    MYNA_CHECK(collect_card_record(transaction, record));
  }
  const auto fields = parse_certificate(der.view());
  if (!fields) return Unexpected(about(fields.error(), &certificate_row(*counter.recognition.profile, CertificateKind::auth).title));
  Held held;
  held.renewal = renewal_of(*fields, record, request.now);
  Bytes link = fields->authority_key_id;
  append(link, fields->serial);
  held.renewal->link = pseudonym(counter.options, link);
  return held;
}

// ---- with the PIN of the resident's data

Result<TextEvidence> read_text(Counter& counter, const CheckedPin& pin) {
  MYNA_TRY(auto transaction, counter.card.begin());
  MYNA_CHECK(above_floor(counter, transaction, pin));
  MYNA_TRY(auto text, TextApplication::select(transaction));
  TextEvidence evidence{.live = counter.recognition.live};
  MYNA_CHECK(collect_certificate(text, evidence));   // free, and teaches extended length while no PIN is open
  MYNA_CHECK(text.verify(pin, try_policy(counter.options), counter.card.refused_pins()));
  MYNA_CHECK(collect(text, evidence));
  return evidence;
}

// What a forged card says is not handed on.
Result<Held> carry_out(Counter& counter, const ReadAttributes& request) {
  MYNA_TRY(const TextEvidence evidence, read_text(counter, request.pin));
  Attributes attributes{.report = judge(evidence, counter.options.anchors)};
  auto values = parse_basic_attributes(evidence.attributes.view());
  if (evidence.attributes.empty()) return fail(Errc::file_absent);
  if (!values && !attributes.report.any(Proof::failed)) return Unexpected(values.error());
  if (values && is_acceptable(counter.options, attributes.report)) attributes.values = *std::move(values);
  Held held;
  held.attributes = std::move(attributes);
  return held;
}

// ---- with a number that is printed on the card

Result<FaceEvidence> read_surface(Counter& counter, const CheckedPin& pin) {
  MYNA_TRY(auto transaction, counter.card.begin());
  MYNA_CHECK(above_floor(counter, transaction, pin));
  FaceEvidence evidence;
  {
    MYNA_TRY(auto surface, SurfaceApplication::select(transaction));
    MYNA_CHECK(collect_certificate(surface, evidence.certificate));
    MYNA_CHECK(surface.verify(pin, try_policy(counter.options), counter.card.refused_pins()));
    MYNA_CHECK(collect(surface, evidence));
  }
  MYNA_CHECK(collect_card_record(transaction, evidence.record));
  return evidence;
}

Result<Held> carry_out(Counter& counter, const ReadFace& request) {
  MYNA_TRY(const FaceEvidence evidence, read_surface(counter, request.pin));
  Face face{.report = judge(evidence, counter.options.anchors)};
  auto values = parse_card_face(evidence.face.view());
  if (evidence.face.empty()) return fail(Errc::file_absent);
  if (!values && !face.report.any(Proof::failed)) return Unexpected(values.error());
  if (values && is_acceptable(counter.options, face.report)) {
    MYNA_TRY(face.photo_png, jp2_to_png_in_child(values->photo_jp2.view()));
    face.values = *std::move(values);
  }
  Held held;
  held.face = std::move(face);
  return held;
}

Result<Held> carry_out(Counter& counter, const ReadNumber& request) {
  return counter.options.read_number == nullptr ? fail(Errc::invalid_argument) : counter.options.read_number(counter, request);
}

// ---- age

Result<SecretBytes> birth_date_in(ByteView attributes) {
  MYNA_TRY(BasicAttributes values, parse_basic_attributes(attributes));
  return std::move(values.birth_date);
}

Result<AgeAnswer> age_by_text(Counter& counter, const CheckAge& request) {
  MYNA_TRY(const TextEvidence evidence, read_text(counter, request.pin));
  if (evidence.attributes.empty()) return fail(Errc::file_absent);
  const Verdict genuine = judge(evidence, counter.options.anchors).verdict();
  return answer_age(counter.options, birth_date_in(evidence.attributes.view()), request, genuine);
}

Result<AgeEvidence> read_age_record(Counter& counter, const CheckedPin& pin) {
  MYNA_TRY(auto transaction, counter.card.begin());
  MYNA_CHECK(above_floor(counter, transaction, pin));
  MYNA_TRY(auto surface, SurfaceApplication::select(transaction));
  AgeEvidence evidence;
  MYNA_CHECK(collect_certificate(surface, evidence.certificate));
  MYNA_CHECK(surface.verify(pin, try_policy(counter.options), counter.card.refused_pins()));
  MYNA_CHECK(collect(surface, evidence));
  return evidence;
}

Result<AgeAnswer> age_by_birth_record(Counter& counter, const CheckAge& request) {
  MYNA_TRY(const AgeEvidence evidence, read_age_record(counter, request.pin));
  if (evidence.record.empty()) return fail(Errc::file_absent);
  return answer_age(counter.options, parse_age_record(evidence.record.view()), request, judge(evidence, counter.options.anchors));
}

Result<Held> carry_out(Counter& counter, const CheckAge& request) {
  const bool by_record = request.pin.row().kind == PinKind::face_birth;
  Held held;
  MYNA_TRY(held.age, by_record ? age_by_birth_record(counter, request) : age_by_text(counter, request));
  return held;
}

// ---- with the keys of JPKI

Result<Held> carry_out(Counter& counter, const AnswerLogIn& request) {
  MYNA_TRY(const Bytes info, digest_info(Digest::sha256, hash(Digest::sha256, log_in_message(request.audience, request.challenge))));
  MYNA_TRY(Signed made, sign_with(counter, request.pin, info));
  Held held;
  held.log_in = LogIn{std::move(made.certificate), std::move(made.issuer), std::move(made.value), made.chain};
  return held;
}

Result<Held> carry_out(Counter& counter, const SignDigest& request) {
  MYNA_TRY(const Bytes info, digest_info(request.digest, request.hash));
  MYNA_TRY(Signed made, sign_with(counter, request.pin, info));
  Held held;
  held.signature = Signature{std::move(made.value), std::move(made.certificate), made.chain};
  return held;
}

Result<Held> carry_out(Counter& counter, const ReadCertificate& request) {
  MYNA_TRY(auto transaction, counter.card.begin());
  MYNA_TRY(auto jpki, JpkiApplication::select(transaction, *counter.recognition.profile));
  if (request.pin) {
    MYNA_CHECK(jpki.learn_extended_length());
    MYNA_CHECK(verify_in(counter, transaction, jpki, *request.pin));
  }
  Held held;
  MYNA_TRY(SecretBytes der, jpki.certificate(request.kind));
  held.certificate = CertificateRead{request.kind, std::move(der)};
  return held;
}

Result<Held> carry_out(Counter& counter, const VerifyPin& request) {
  MYNA_TRY(auto transaction, counter.card.begin());
  MYNA_CHECK(above_floor(counter, transaction, request.pin));
  MYNA_TRY(auto application, CardApplication::select(transaction, request.pin.row().application));
  MYNA_CHECK(application.verify(request.pin, try_policy(counter.options), counter.card.refused_pins()));
  return Held{};
}

// A phone has no such application.
Status ask_text_key(CardTransaction& transaction, Challenge& challenge) {
  auto text = TextApplication::select(transaction);
  return text ? keep_if_given(text->answer_challenge(challenge.digest_info), challenge.answer)
              : text.error().code == Errc::application_absent ? Status{} : Status{Unexpected(text.error())};
}

// A card that tells nothing of itself is never the one from before.
Bytes nobody() {
  Bytes identity(kNobody);
  fill_random(identity);
  return identity;
}

}  // namespace

Result<Held> perform(Counter& counter, const Request& request) {
  return std::visit([&counter](const auto& one) { return carry_out(counter, one); }, request);
}

Result<Recognition> recognise_card(MyNumberCard& card, const Challenge& challenge) {
  MYNA_TRY(auto transaction, card.begin());
  MYNA_TRY(auto jpki, JpkiApplication::select(transaction));
  MYNA_TRY(const Recognised known, recognise(jpki));
  Recognition recognition{.profile = known.profile, .live = challenge};
  MYNA_TRY(recognition.identity, identity_of(jpki, known.token));
  card.refused_pins().card_is(recognition.identity);
  if (recognition.identity.empty()) recognition.identity = nobody();
  MYNA_CHECK(ask_text_key(transaction, recognition.live));
  return recognition;
}

Mark mark_of(const Recognition& recognition, ByteView key) {
  Bytes seen = recognition.identity;
  append(seen, recognition.live.answer);
  const Bytes keyed = hmac_sha256(key, seen);
  Mark mark{};
  std::ranges::copy_n(keyed.begin(), static_cast<std::ptrdiff_t>(std::min(keyed.size(), mark.size())), mark.begin());
  return mark;
}

}  // namespace myna::kiosk
