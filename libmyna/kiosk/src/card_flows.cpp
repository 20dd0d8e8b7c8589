// SPDX-License-Identifier: Apache-2.0
#include "card_flows.hpp"

#include <algorithm>

#include "myna/card/card_application.hpp"

namespace myna::kiosk {
namespace {

using namespace std::chrono;

constexpr std::uint8_t kFloorOfVerify = 2;   // kept by may_try() whatever the options say
constexpr int kRenewalDays = 92;             // "three months before" (docs/card/certificates.md), the longest three months
constexpr hours kJst{9};

sys_seconds now() { return floor<seconds>(system_clock::now()); }

Result<unsigned> number_of(ByteView digits) {
  unsigned value = 0;
  for (const Byte digit : digits) {
    if (digit < '0' || digit > '9') return fail(Errc::malformed);
    value = value * 10 + (digit - '0');
  }
  return value;
}

struct Date {
  int y;
  unsigned m, d;
  auto operator<=>(const Date&) const = default;
};

Result<Date> date_of(ByteView digits) {
  if (digits.size() != 8) return fail(Errc::malformed);
  MYNA_TRY(const unsigned y, number_of(digits.first(4)));
  MYNA_TRY(const unsigned m, number_of(digits.subspan(4, 2)));
  MYNA_TRY(const unsigned d, number_of(digits.subspan(6, 2)));
  return Date{static_cast<int>(y), m == 0 ? 12 : m, d == 0 ? 31 : d};
}

int days_until(sys_days end, sys_seconds from) { return static_cast<int>((end - floor<days>(from + kJst)).count()); }

template <PinKind Kind>
Status verify_as(Counter& counter, JpkiApplication& jpki, const CheckedPin& pin) {
  MYNA_TRY(const auto own, Pin<Kind>::parse(as_text(pin.view())));
  return jpki.verify(own, try_policy(counter.options), counter.card.refused_pins());
}

struct KeyUse {
  KeyKind key;
  CertificateKind certificate, issuer;
};

Result<KeyUse> use_of(const CheckedPin& pin) {
  if (pin.row().kind == PinKind::auth) return KeyUse{KeyKind::auth, CertificateKind::auth, CertificateKind::auth_ca};
  if (pin.row().kind == PinKind::sign) return KeyUse{KeyKind::sign, CertificateKind::sign, CertificateKind::sign_ca};
  return fail(Errc::invalid_argument);
}

// The CA certificate is free and longer than 256 bytes: read first, it teaches extended length while no PIN is open.
Result<Signed> sign_on_card(Counter& counter, const CheckedPin& pin, const KeyUse& use, ByteView info) {
  Signed made;
  MYNA_TRY(auto transaction, counter.card.begin());
  MYNA_TRY(auto jpki, JpkiApplication::select(transaction, *counter.recognition.profile));
  MYNA_TRY(made.issuer, jpki.certificate(use.issuer));
  MYNA_CHECK(verify_in(counter, transaction, jpki, pin));
  MYNA_TRY(made.certificate, jpki.certificate(use.certificate));
  MYNA_TRY(made.value, jpki.sign(use.key, info));
  return made;
}

}  // namespace

TryPolicy try_policy(const Options& options) { return {.source = PinSource::typed, .allow_last_try = options.pin_floor < kFloorOfVerify}; }

Status above_floor(Counter& counter, CardTransaction& transaction, const CheckedPin& pin) {
  if (counter.options.pin_floor <= kFloorOfVerify) return {};
  MYNA_TRY(auto application, CardApplication::select(transaction, pin.row().application));
  MYNA_TRY(const PinStatus status, application.pin_status(pin.row()));
  const auto left = status.remaining();
  if (left && *left > 0 && *left < counter.options.pin_floor) return fail_tries(Errc::last_try_refused, *left);
  return {};
}

Status verify_in(Counter& counter, CardTransaction& transaction, JpkiApplication& jpki, const CheckedPin& pin) {
  MYNA_CHECK(above_floor(counter, transaction, pin));
  if (pin.row().kind == PinKind::auth) return verify_as<PinKind::auth>(counter, jpki, pin);
  if (pin.row().kind == PinKind::sign) return verify_as<PinKind::sign>(counter, jpki, pin);
  return fail(Errc::invalid_argument);
}

bool is_acceptable(const Options& options, const AuthenticityReport& report) {
  return !report.any(Proof::failed) && !(options.require_proof && report.any(Proof::not_proven));
}

Result<Signed> sign_with(Counter& counter, const CheckedPin& pin, ByteView info) {
  MYNA_TRY(const KeyUse use, use_of(pin));
  MYNA_TRY(Signed made, sign_on_card(counter, pin, use, info));
  const auto key = certificate_rsa_key(made.certificate.view());
  if (!key) return Unexpected(about(key.error(), &certificate_row(*counter.recognition.profile, use.certificate).title));
  MYNA_CHECK((*key)->verify_pkcs1(info, made.value));
  made.chain = judge_chain(made.certificate.view(), made.issuer.view(), now(), counter.options.test_anchors);
  return made;
}

// On the birthday itself, and of a 29 February on 1 March: never a day early. Nobody is old enough by a date that does not fit its record.
Result<AgeAnswer> answer_age(const Options& options, const Result<SecretBytes>& birth_date, const CheckAge& request, Verdict genuine) {
  if (genuine.proof == Proof::failed) return AgeAnswer{.old_enough = false, .genuine = genuine};
  if (!birth_date) return Unexpected(birth_date.error());
  MYNA_TRY(Date day, date_of(birth_date->view()));
  day.y += static_cast<int>(request.years);
  const Date on{static_cast<int>(request.on.year()), static_cast<unsigned>(request.on.month()), static_cast<unsigned>(request.on.day())};
  const bool acceptable = genuine.proof == Proof::proven || !options.require_proof;
  return AgeAnswer{.old_enough = acceptable && on >= day, .genuine = genuine};
}

// A record that names no day says nothing about the end of the card.
Renewal renewal_of(const CertificateFields& certificate, const std::optional<CardRecord>& record, sys_seconds at) {
  const sys_days certificate_day = floor<days>(certificate.not_after + kJst);
  Renewal renewal{.certificate_until = certificate.not_after, .card_until = certificate_day, .link = {}};
  if (record) {
    const auto card = date_of(as_bytes(record->expiry));
    const year_month_day day = card ? year_month_day{year{card->y}, month{card->m}, std::chrono::day{card->d}} : year_month_day{};
    if (day.ok()) renewal.card_until = sys_days(day);
  }
  renewal.days_left = days_until(std::min(renewal.card_until, certificate_day), at);
  renewal.due = renewal.days_left <= kRenewalDays;
  return renewal;
}

}  // namespace myna::kiosk
