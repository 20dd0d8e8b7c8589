// SPDX-License-Identifier: Apache-2.0
#include "myna/use_cases/renewal.hpp"

#include <algorithm>

#include "myna/core/dates.hpp"
#include "myna/use_cases/holder_data.hpp"

namespace myna {
namespace {

using namespace std::chrono;

constexpr int kRenewalDays = 92;             // "three months before" (docs/card/certificates.md), the longest three months

int days_until(sys_days end, sys_seconds from) { return static_cast<int>((end - day_in_japan(from)).count()); }

// A record that names no day says nothing about the end of the card.
Renewal renewal_of(const CertificateFields& certificate, const std::optional<CardRecord>& record, sys_seconds at) {
  const sys_days certificate_day = day_in_japan(certificate.not_after);
  Renewal renewal{.certificate_until = certificate.not_after, .card_until = certificate_day, .link = {}};
  const auto day = record ? latest_day_of(record->expiry) : std::nullopt;
  if (day && day->ok()) renewal.card_until = sys_days(*day);
  renewal.days_left = days_until(std::min(renewal.card_until, certificate_day), at);
  renewal.due = renewal.days_left <= kRenewalDays;
  return renewal;
}

struct Ends {
  SecretBytes certificate{};
  std::optional<CardRecord> record{};
};

Result<Ends> read_ends(MyNumberCard& card, const CardPolicy& policy) {
  Ends ends;
  MYNA_TRY(auto transaction, card.begin());
  MYNA_TRY(auto jpki, JpkiApplication::select(transaction, *policy.profile));
  MYNA_TRY(ends.certificate, jpki.certificate(CertificateKind::auth));
  MYNA_CHECK(collect_card_record(transaction, ends.record));
  return ends;
}

}  // namespace

Result<Renewal> read_renewal(MyNumberCard& card, const CardPolicy& policy, ByteView service_key, sys_seconds now) {
  MYNA_TRY(const Ends ends, read_ends(card, policy));
  const auto fields = parse_certificate(ends.certificate.view());
  if (!fields) return Unexpected(about(fields.error(), &certificate_row(*policy.profile, CertificateKind::auth).title));
  Renewal renewal = renewal_of(*fields, ends.record, now);
  renewal.link = link_of(service_key, *fields);
  return renewal;
}

}  // namespace myna
