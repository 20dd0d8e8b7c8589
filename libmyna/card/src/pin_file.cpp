// SPDX-License-Identifier: Apache-2.0
#include "pin_file.hpp"

#include "myna/card/card_object.hpp"
#include "myna/card/elementary_file.hpp"

namespace myna {
namespace {

constexpr Byte kCurrentFile = 0x80;

Status judge_verify(StatusWord sw) {
  if (sw.ok()) return {};
  if (sw.pin_blocked()) return Unexpected(Error{.code = Errc::pin_blocked, .sw = sw, .tries_left = std::uint8_t{0}});
  if (sw.tries_left() || sw == sw::kNoCounter) return fail(Errc::pin_wrong, sw);
  return fail(Errc::unexpected_status, sw);
}

}  // namespace

// Empty VERIFY: four bytes, no Lc, no Le (docs/card/commands.md). The short-EF form is learned here, where it costs nothing, and
// the VERIFY with the PIN uses only the form that was answered here.
Result<StatusWord> PinFile::ask_counter() {
  CardTraits& traits = transaction_->traits();
  if (traits.short_file_pin != Known::no) {
    MYNA_TRY(const auto answer,
             transaction_->transmit(CommandApdu::case1({0x00, ins::kVerify, 0x00, short_reference(row_->file)})));
    traits.short_file_pin = refuses_short_form(answer.sw()) ? Known::no : Known::yes;
    if (traits.short_file_pin == Known::yes) return answer.sw();
  }
  MYNA_CHECK(ElementaryFile(*transaction_, row_->file).select());
  MYNA_TRY(const auto answer, transaction_->transmit(CommandApdu::case1({0x00, ins::kVerify, 0x00, kCurrentFile})));
  return answer.sw();
}

Result<PinStatus> PinFile::status() {
  MYNA_TRY(const StatusWord sw, ask_counter());
  if (sw.ok()) return PinStatus::verified(row_->tries);
  if (sw.pin_blocked()) return PinStatus::counted(0, row_->tries);
  if (sw.tries_left()) return PinStatus::counted(*sw.tries_left(), row_->tries);
  return Unexpected(about(fail(Errc::unexpected_status, sw).error(), card_object(row_->application, row_->file)));
}

// 9000 means that somebody left the PIN open: close it, so that the counter can be read.
Result<PinStatus> PinFile::countable_status() {
  MYNA_TRY(const PinStatus now, status());
  if (now.remaining()) return now;
  MYNA_CHECK(transaction_->forget());
  MYNA_CHECK(transaction_->select_application(row_->application));
  return status();
}

Byte PinFile::reference() const noexcept {
  return transaction_->traits().short_file_pin == Known::yes ? short_reference(row_->file) : kCurrentFile;
}

Status PinFile::change(ByteView new_pin) {
  constexpr Byte kNewValueOnly = 0x01;
  MYNA_TRY(const auto command, CommandApdu::case3({0x00, ins::kChangeReferenceData, kNewValueOnly, reference()}, new_pin));
  MYNA_TRY(const auto answer, transaction_->transmit(command));
  if (answer.sw() == sw::kSecurityStatus) return fail(Errc::access_denied, answer.sw());
  return answer.ok() ? Status{} : Status{fail(Errc::unexpected_status, answer.sw())};
}

Status PinFile::verify(ByteView pin, const TryPolicy& policy, RefusedPins& refused) {
  MYNA_TRY(const PinStatus now, countable_status());
  MYNA_CHECK(may_try(now, policy));
  if (refused.contains(row_->kind, pin)) return fail_tries(Errc::pin_refused_before, *now.remaining());
  MYNA_TRY(const auto command, CommandApdu::case3({0x00, ins::kVerify, 0x00, reference()}, pin));
  MYNA_TRY(const auto answer, transaction_->transmit(command));
  const Status verdict = judge_verify(answer.sw());
  if (verdict) refused.forget(row_->kind);
  else if (verdict.error().code != Errc::unexpected_status) refused.remember(row_->kind, pin);
  return verdict;
}

}  // namespace myna
