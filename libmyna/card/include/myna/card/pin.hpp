// SPDX-License-Identifier: Apache-2.0
// PINs that exist only when well formed, their counters, and the rules that keep a card from being locked.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "myna/card/card_profile.hpp"
#include "myna/core/mutex.hpp"
#include "myna/core/result.hpp"
#include "myna/core/secret.hpp"

namespace myna {

inline constexpr std::size_t kMaxPin = 16;

// A PIN in the form that the card takes, ASCII without padding, with its row: it cannot reach the file of another PIN.
class Pin {
 public:
  // auth: 4 digits. sign: 6 to 16 of A-Z 0-9. Errc::pin_malformed; nothing is ever sent for that. `row` must outlive it.
  static Result<Pin> parse(const PinRow& row, std::string_view utf8);
  // Of the plastic card.
  static Result<Pin> parse(PinKind kind, std::string_view utf8) { return parse(pin_row(my_number_profile(), kind), utf8); }
  const PinRow& row() const noexcept { return *row_; }
  ByteView view() const noexcept { return secret_.view(); }

 private:
  Pin(const PinRow& row, Secret<kMaxPin> secret) : row_(&row), secret_(std::move(secret)) {}
  const PinRow* row_;
  Secret<kMaxPin> secret_;
};

// True when a sign password breaks the municipal rule "at least one letter and one digit" (docs/card/pins.md).
// The card may still accept it, so this is a hint and not a refusal.
bool lacks_letter_or_digit(const Pin& pin) noexcept;

enum class PinState : std::uint8_t { ok, low, last_try, blocked, verified };

// A lockout counter as the card reported it.
class PinStatus {
 public:
  static PinStatus counted(std::uint8_t remaining, std::uint8_t maximum) noexcept;
  static PinStatus verified(std::uint8_t maximum) noexcept;   // somebody left it open: the count is unknown

  std::optional<std::uint8_t> remaining() const noexcept { return remaining_; }
  std::uint8_t maximum() const noexcept { return maximum_; }
  bool blocked() const noexcept { return remaining_ == 0; }
  bool untouched() const noexcept { return remaining_ && *remaining_ >= maximum_; }
  PinState state() const noexcept;

 private:
  PinStatus(std::optional<std::uint8_t> remaining, std::uint8_t maximum) : remaining_(remaining), maximum_(maximum) {}
  std::optional<std::uint8_t> remaining_;
  std::uint8_t maximum_;
};

std::string_view to_string(PinState state) noexcept;   // ok, low, last-try, blocked, verified

// Where the PIN came from. `stored`: nobody typed it just now (file, descriptor, cached login).
enum class PinSource : std::uint8_t { typed, stored };

struct TryPolicy {
  PinSource source = PinSource::typed;
  bool allow_last_try = false;   // below the floor of 2
  bool allow_retry = false;      // a stored PIN on a touched counter
};

// The decision before a VERIFY, from counter and policy alone: it never depends on the PIN.
// Errors: pin_blocked, last_try_refused, counter_touched, counter_unknown.
Status may_try(const PinStatus& status, const TryPolicy& policy);

// PINs that the card in one reader refused in this process, as keyed hashes in memory; nothing is ever written to disk. They outlive the
// handle and every reset: another program may reset a card between two tries of ours. Thread-safe.
class RefusedPins {
 public:
  RefusedPins();
  RefusedPins(const RefusedPins&) = delete;
  RefusedPins& operator=(const RefusedPins&) = delete;

  bool contains(PinKind kind, ByteView pin) const;
  void remember(PinKind kind, ByteView pin);
  void forget(PinKind kind);   // after a success
  void forget_all();           // after removal, as the reader tells it; not after a reset or a lost handle
  bool empty() const;

  // Who lies there now, by identity_of(); nothing when that is empty. What another card refused is forgotten. Until this is called what is
  // remembered is held against whatever card lies there.
  void card_is(ByteView identity);

 private:
  using Mark = std::array<Byte, 32>;
  struct Entry {
    PinKind kind;
    Mark mark;
  };
  // `what`: a PIN by its kind, or an identity.
  Mark mark_of(Byte what, ByteView value) const;
  bool holds(const Entry& wanted) const MYNA_REQUIRES(mutex_);

  Secret<32> key_;
  mutable Mutex mutex_;
  std::vector<Entry> entries_ MYNA_GUARDED_BY(mutex_);
  std::optional<Mark> card_ MYNA_GUARDED_BY(mutex_);
};

// The memory of that reader, for as long as the process lives: one that is opened again, by another handle or after another C_Initialize,
// is the same reader.
std::shared_ptr<RefusedPins> refused_pins_of(const std::string& reader);

}  // namespace myna
