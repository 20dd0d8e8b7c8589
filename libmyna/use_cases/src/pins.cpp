// SPDX-License-Identifier: Apache-2.0
#include "myna/use_cases/pins.hpp"

#include <algorithm>

#include "myna/use_cases/spend_pin.hpp"
#include "require_certificate.hpp"

namespace myna {
namespace {

using Rows = std::vector<const PinRow*>;
using Counts = std::vector<PinCount>;

// Of the plastic card, which has them all, or of the kind of card that lies there.
Result<Rows> wanted_rows(CardTransaction& transaction, std::span<const PinKind> kinds) {
  const CardProfile* profile = &my_number_profile();
  if (kinds.empty()) {
    MYNA_TRY(auto jpki, JpkiApplication::select(transaction));
    MYNA_TRY(const Recognised card, recognise(jpki));
    profile = card.profile;
  }
  Rows rows;
  for (const PinRow& row : profile->pins) {
    if (kinds.empty() || std::ranges::find(kinds, row.kind) != kinds.end()) rows.push_back(&row);
  }
  return rows;
}

// Fails where the counter of another PIN would fail as well.
Result<PinCount> count_of(const PinRow& row, const Result<PinStatus>& status) {
  if (status) return PinCount{&row, *status};
  const auto object = object_state(status.error());
  return object ? Result<PinCount>(PinCount{&row, std::nullopt, *object}) : Unexpected(status.error());
}

Status count_application(CardTransaction& transaction, std::span<const PinRow* const> rows, Counts& counts) {
  auto application = CardApplication::select(transaction, rows.front()->application);
  if (!application && application.error().code == Errc::card_foreign) return Unexpected(application.error());
  for (const PinRow* row : rows) {
    const auto status = application ? application->pin_status(*row) : Result<PinStatus>(Unexpected(application.error()));
    MYNA_TRY(PinCount count, count_of(*row, status));
    counts.push_back(count);
  }
  return {};
}

// Nobody is asked for a PIN that would not be sent.
Result<PinStatus> if_allowed(const PinStatus& status, const TryPolicy& policy) {
  if (status.remaining()) MYNA_CHECK(may_try(status, policy));
  return status;
}

}  // namespace

// The table keeps the PINs of an application together.
Result<Counts> count_tries(MyNumberCard& card, std::span<const PinKind> kinds) {
  MYNA_TRY(auto transaction, card.begin());
  MYNA_TRY(const Rows rows, wanted_rows(transaction, kinds));
  Counts counts;
  for (std::span<const PinRow* const> rest(rows); !rest.empty();) {
    const auto other = std::ranges::find_if(rest, [&](const PinRow* row) { return !equal(row->application, rest.front()->application); });
    const auto together = static_cast<std::size_t>(other - rest.begin());
    MYNA_CHECK(count_application(transaction, rest.first(together), counts));
    rest = rest.subspan(together);
  }
  return counts;
}

Result<PinStatus> may_ask_for_pin(MyNumberCard& card, PinKind kind, Precondition certificate, const TryPolicy& policy) {
  const PinRow& row = pin_row(my_number_profile(), kind);
  MYNA_TRY(auto transaction, card.begin());
  if (certificate) {
    MYNA_TRY(auto jpki, JpkiApplication::select(transaction));
    MYNA_CHECK(require_certificate(jpki, *certificate));
    MYNA_TRY(const PinStatus status, jpki.pin_status(kind));
    return if_allowed(status, policy);
  }
  MYNA_TRY(auto application, CardApplication::select(transaction, row.application));
  MYNA_TRY(const PinStatus status, application.pin_status(row));
  return if_allowed(status, policy);
}

Status verify_pin(MyNumberCard& card, Pin&& pin, const CardPolicy& policy) {
  MYNA_TRY(auto transaction, card.begin());
  MYNA_CHECK(above_floor(transaction, pin, policy));
  MYNA_TRY(auto application, CardApplication::select(transaction, pin.row().application));
  return spend_pin(card, application, std::move(pin), policy);
}

Status change_pin(MyNumberCard& card, Pin&& old_value, Pin&& new_value, const CardPolicy& policy, bool& sent) {
  MYNA_TRY(auto transaction, card.begin());
  return change_pin(card, transaction, std::move(old_value), std::move(new_value), policy, sent);
}

Status change_pin(MyNumberCard& card, CardTransaction& transaction, Pin&& old_value, Pin&& new_value, const CardPolicy& policy,
                  bool& sent) {
  const Pin wanted = std::move(new_value);
  MYNA_CHECK(above_floor(transaction, old_value, policy));
  MYNA_TRY(auto application, CardApplication::select(transaction, old_value.row().application));
  MYNA_CHECK(spend_pin(card, application, std::move(old_value), policy));
  sent = true;
  return application.change_pin(wanted);
}

}  // namespace myna
