// SPDX-License-Identifier: Apache-2.0
// From a request to its use case, and from its answer to what the session holds.
#include "operations.hpp"

#include <algorithm>
#include <array>

#include "myna/core/hex.hpp"
#include "myna/pictures/picture.hpp"
#include "myna/use_cases/certificates.hpp"
#include "myna/use_cases/holder_data.hpp"
#include "myna/use_cases/log_in.hpp"
#include "myna/use_cases/renewal.hpp"
#include "myna/use_cases/sign_digests.hpp"

namespace myna::kiosk {
namespace {

using namespace std::chrono;

constexpr std::uint8_t kFloorOfVerify = 2;   // kept by may_try() whatever the options say
constexpr std::array kUsualPins{PinKind::auth, PinKind::sign, PinKind::text};

sys_seconds now() { return floor<seconds>(system_clock::now()); }

Result<Held> carry_out(Counter& counter, Identify&&) {
  Identity identity{.kind = counter.recognition.profile->kind,
                    .pseudonym = to_hex(hmac_sha256(counter.options.service_key, counter.recognition.identity))};
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

// Those that this kind of card has.
Result<Held> carry_out(Counter& counter, CountTries&& request) {
  const std::span<const PinKind> asked = request.kinds.empty() ? std::span<const PinKind>(kUsualPins) : request.kinds;
  std::vector<PinKind> kinds;
  for (const PinRow& row : counter.recognition.profile->pins) {
    if (std::ranges::find(asked, row.kind) != asked.end()) kinds.push_back(row.kind);
  }
  Held held;
  if (kinds.empty()) return held;
  MYNA_TRY(held.counters, count_tries(counter.card, kinds));
  return held;
}

Result<Held> carry_out(Counter& counter, RemindRenewal&& request) {
  Held held;
  MYNA_TRY(held.renewal, read_renewal(counter.card, policy_of(counter), counter.options.service_key, request.now));
  return held;
}

// What a forged card says is not handed on.
Result<Held> carry_out(Counter& counter, ReadAttributes&& request) {
  MYNA_TRY(const TextEvidence evidence,
           read_attributes(counter.card, std::move(request.pin), true, policy_of(counter), counter.recognition.live));
  Attributes attributes{.report = judge(evidence, counter.options.anchors)};
  auto values = parse_basic_attributes(evidence.attributes.view());
  if (evidence.attributes.empty()) return fail(Errc::file_absent);
  if (!values && !attributes.report.any(Proof::failed)) return Unexpected(values.error());
  if (values && is_acceptable(counter.options, attributes.report)) attributes.values = *std::move(values);
  Held held;
  held.attributes = std::move(attributes);
  return held;
}

Result<Held> carry_out(Counter& counter, ReadFace&& request) {
  MYNA_TRY(const FaceAnswer answer, read_face(counter.card, {.pin = std::move(request.pin)}, policy_of(counter)));
  const FaceEvidence& evidence = answer.face;
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

Result<Held> carry_out(Counter& counter, ReadNumber&& request) {
  return counter.options.read_number == nullptr ? fail(Errc::invalid_argument) : counter.options.read_number(counter, std::move(request));
}

Result<Held> carry_out(Counter& counter, CheckAge&& request) {
  Held held;
  MYNA_TRY(held.age, check_age(counter.card, {std::move(request.pin), request.years, request.on}, policy_of(counter),
                               counter.options.anchors, counter.options.require_proof, counter.recognition.live));
  return held;
}

Result<SignedDigest> sign_checked(Counter& counter, Pin&& pin, ByteView info) {
  return sign_digest(counter.card, std::move(pin), info, policy_of(counter), now(), counter.options.test_anchors);
}

Result<Held> carry_out(Counter& counter, AnswerLogIn&& request) {
  MYNA_TRY(const Bytes info, digest_info(Digest::sha256, hash(Digest::sha256, log_in_message(request.audience, request.challenge))));
  MYNA_TRY(SignedDigest made, sign_checked(counter, std::move(request.pin), info));
  Held held;
  held.log_in = LogIn{std::move(made.certificates.signer), std::move(made.certificates.issuer), std::move(made.value), made.chain};
  return held;
}

Result<Held> carry_out(Counter& counter, SignDigest&& request) {
  MYNA_TRY(const Bytes info, digest_info(request.digest, request.hash));
  MYNA_TRY(SignedDigest made, sign_checked(counter, std::move(request.pin), info));
  Held held;
  held.signature = Signature{std::move(made.value), std::move(made.certificates.signer), made.chain};
  return held;
}

Result<Held> carry_out(Counter& counter, ReadCertificate&& request) {
  Held held;
  MYNA_TRY(SecretBytes der, read_certificate(counter.card, {.kind = request.kind, .pin = std::move(request.pin)}, policy_of(counter)));
  held.certificate = CertificateRead{request.kind, std::move(der)};
  return held;
}

Result<Held> carry_out(Counter& counter, VerifyPin&& request) {
  MYNA_CHECK(verify_pin(counter.card, std::move(request.pin), policy_of(counter)));
  return Held{};
}

}  // namespace

CardPolicy policy_of(const Counter& counter) {
  return {.tries = {.source = PinSource::typed, .allow_last_try = counter.options.pin_floor < kFloorOfVerify},
          .pin_floor = counter.options.pin_floor, .profile = counter.recognition.profile};
}

bool is_acceptable(const Options& options, const AuthenticityReport& report) {
  return !report.any(Proof::failed) && !(options.require_proof && report.any(Proof::not_proven));
}

Result<Held> perform(Counter& counter, Request&& request) {
  return std::visit([&counter](auto&& one) { return carry_out(counter, std::forward<decltype(one)>(one)); }, std::move(request));
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
