// SPDX-License-Identifier: Apache-2.0
#include "myna/use_cases/card_status.hpp"

#include "myna/card/card_application.hpp"

namespace myna {
namespace {

// EF 0008 may say nothing, and may be wrong about a file that is missing: what it does not call absent is asked for.
Result<ObjectState> certificate_state(JpkiApplication& jpki, CertificateKind kind, Known told) {
  if (told == Known::no) return ObjectState::absent;
  return jpki.certificate_state(kind);
}

Status count_own(JpkiApplication& jpki, std::vector<PinCount>& pins) {
  for (const PinRow& row : jpki.profile().pins) {
    if (!equal(row.application, aid::kJpki)) continue;
    const auto status = jpki.pin_status(row.kind);
    const auto object = status ? ObjectState::present : object_state(status.error());
    if (!object) return Unexpected(status.error());
    pins.push_back({&row, status ? std::optional(*status) : std::nullopt, *object});
  }
  return {};
}

}  // namespace

Result<CardStatus> read_status(MyNumberCard& card) {
  MYNA_TRY(auto transaction, card.begin());
  MYNA_TRY(auto jpki, JpkiApplication::select(transaction));
  MYNA_TRY(Recognised known, recognise(jpki));
  MYNA_TRY(const Availability told, jpki.availability());
  CardStatus status{.card = std::move(known)};
  MYNA_TRY(status.auth, certificate_state(jpki, CertificateKind::auth, told.auth));
  MYNA_TRY(status.sign, certificate_state(jpki, CertificateKind::sign, told.sign));
  MYNA_CHECK(count_own(jpki, status.pins));
  return status;
}

Result<CardRecord> read_card_record(MyNumberCard& card) {
  MYNA_TRY(auto transaction, card.begin());
  MYNA_TRY(auto common, CommonApplication::select(transaction));
  return common.record();
}

}  // namespace myna
