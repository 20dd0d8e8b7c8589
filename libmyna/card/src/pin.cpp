// SPDX-License-Identifier: Apache-2.0
#include "myna/card/pin.hpp"

#include <algorithm>

#include "myna/core/enum_table.hpp"

namespace myna {
namespace {

constexpr std::uint8_t kFloor = 2;   // with fewer tries left nothing is sent unasked

bool is_digit(Byte c) { return c >= '0' && c <= '9'; }
bool is_upper(Byte c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(Byte c) { return c >= 'a' && c <= 'z'; }

// One character as ASCII: full-width forms U+FF01 to U+FF5E are ASCII shifted by FEE0, in UTF-8 EF BC 81 to EF BD 9E.
Result<Byte> take_folded(ByteReader& text) {
  MYNA_TRY(const Byte first, text.u8());
  if (first < 0x80) return first;
  if (first != 0xEF) return fail(Errc::pin_malformed);
  MYNA_TRY(const Byte second, text.u8());
  MYNA_TRY(const Byte third, text.u8());
  const bool low_half = second == 0xBC && third >= 0x81 && third <= 0xBF;
  const bool high_half = second == 0xBD && third >= 0x80 && third <= 0x9E;
  if (!low_half && !high_half) return fail(Errc::pin_malformed);
  return static_cast<Byte>((low_half ? 0x21 - 0x81 : 0x60 - 0x80) + third);
}

// The 個人番号's rule (docs/card/pins.md): weights 2 to 7 and 2 to 6 from the right, modulo 11.
bool has_check_digit(ByteView digits) {
  unsigned sum = 0;
  const std::size_t body = digits.size() - 1;
  for (std::size_t n = 1; n <= body; ++n) {
    const auto weight = static_cast<unsigned>(n <= 6 ? n + 1 : n - 5);
    sum += weight * static_cast<unsigned>(digits[body - n] - '0');
  }
  const unsigned rest = sum % 11;
  return digits.back() - '0' == static_cast<int>(rest <= 1 ? 0 : 11 - rest);
}

Byte upper_cased(Byte c) { return is_lower(c) ? static_cast<Byte>(c - 'a' + 'A') : c; }

bool belongs_to(Byte c, Alphabet alphabet) {
  return is_digit(c) || (alphabet == Alphabet::upper_alphanumeric && is_upper(c));
}

// Full-width characters folded, letters upper-cased where the alphabet has letters, then length and alphabet checked.
Result<Secret<kMaxPin>> normalised(std::string_view utf8, const PinRow& rule) {
  Secret<kMaxPin> pin;
  ByteReader text(as_bytes(utf8));
  while (!text.empty()) {
    const auto folded = take_folded(text);
    if (!folded) return fail(Errc::pin_malformed);
    const Byte c = rule.alphabet == Alphabet::digits ? *folded : upper_cased(*folded);
    if (!belongs_to(c, rule.alphabet) || !pin.push_back(c)) return fail(Errc::pin_malformed);
  }
  if (pin.size() < rule.min_length || pin.size() > rule.max_length) return fail(Errc::pin_malformed);
  if (rule.check_digit && !has_check_digit(pin.view())) return fail(Errc::pin_malformed);
  return pin;
}

}  // namespace

Result<Pin> Pin::parse(const PinRow& row, std::string_view utf8) {
  MYNA_TRY(auto form, normalised(utf8, row));
  return Pin(row, std::move(form));
}

bool lacks_letter_or_digit(const Pin& pin) noexcept {
  return std::ranges::none_of(pin.view(), is_digit) || std::ranges::none_of(pin.view(), is_upper);
}

PinStatus PinStatus::counted(std::uint8_t remaining, std::uint8_t maximum) noexcept { return {remaining, maximum}; }

PinStatus PinStatus::verified(std::uint8_t maximum) noexcept { return {std::nullopt, maximum}; }

PinState PinStatus::state() const noexcept {
  if (!remaining_) return PinState::verified;
  if (blocked()) return PinState::blocked;
  if (*remaining_ == 1) return PinState::last_try;
  return untouched() ? PinState::ok : PinState::low;
}

std::string_view to_string(PinState state) noexcept {
  constexpr auto kNames = names_for<PinState>({"ok", "low", "last-try", "blocked", "verified"});
  return kNames[state];
}

Status may_try(const PinStatus& status, const TryPolicy& policy) {
  if (!status.remaining()) return fail(Errc::counter_unknown);
  const std::uint8_t left = *status.remaining();
  if (left == 0) return fail_tries(Errc::pin_blocked, left);
  if (left < kFloor && !policy.allow_last_try) return fail_tries(Errc::last_try_refused, left);
  if (policy.source == PinSource::stored && !status.untouched() && !policy.allow_retry) {
    return fail_tries(Errc::counter_touched, left);
  }
  return {};
}

}  // namespace myna
