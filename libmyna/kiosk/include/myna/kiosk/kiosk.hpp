// SPDX-License-Identifier: Apache-2.0
// KioskMachine: what one reader of a kiosk may do and show at any moment. Pure: events in, actions out; no card, no thread, no clock.
// Its table (kiosk_table.cpp) is the documentation: docs/kiosk-states.md is printed from it.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "myna/core/bytes.hpp"
#include "myna/core/error.hpp"

namespace myna::kiosk {

enum class State : std::uint8_t {
  no_reader,        // unplugged, hung, or its service is away
  idle,             // no card
  recognising,      // a card is there; nobody knows yet whose
  presented,        // a My Number card, nothing read of it but its mark
  asking_pin,       // the person types
  reading,          // an operation runs
  served,           // what was read is visible
  confirm_remove,   // to be confirmed: first the card is taken away ...
  confirm_retap,    // ... then it is placed again ...
  comparing,        // ... and compared
  committed,        // it was the same card
  foreign,          // from here on: nothing is visible and no PIN is taken until the card leaves
  unreadable,       // a card that does not answer
  two_cards,        // more than one card
  changed,          // another card, or a reset by somebody else, in the middle
  pin_wrong,        // the one attempt of this placement is spent
  last_try,         // refused to protect the counter
  blocked,          // no try left
  failed,           // an operation broke, or took too long
  other_card,       // not the card that asked for confirmation
  finished,         // ended by the person or the program; the card is still there
  left_behind,      // ... and has been there for too long
};
inline constexpr std::size_t kStates = 22;

enum class Event : std::uint8_t {
  reader_lost, reader_back, card_arrived, card_removed, card_silent, two_cards,   // of the reader
  recognised, not_ours,                                                           // of an operation, with its session
  operation_done, operation_refused, operation_failed, pin_wrong, pin_blocked, last_try_refused, card_changed,
  operation_started, pin_wanted, pin_declined, pin_given, confirm_asked, cancelled, touched,   // of the program
  tick,                                                                           // time
};
inline constexpr std::size_t kEvents = 23;

enum class Guard : std::uint8_t { always, has_data, attempt_left, same_card, idle_over, placement_over, operation_over, retap_over };
inline constexpr std::size_t kGuards = 8;

// What to do besides changing the state. A set, because most rows have several.
enum class Action : std::uint16_t {
  open = 1 << 0,        // a session begins with this card
  close = 1 << 1,       // the session ends: what was read is wiped and cannot be asked again
  recognise = 1 << 2,   // ask the card who it is
  cancel = 1 << 3,      // stop the running operation; its result is wiped unseen
  publish = 1 << 4,     // the result of the operation becomes visible
  spend = 1 << 5,       // one attempt of this placement is used
  restore = 1 << 6,     // a new placement may use its attempts
  remember = 1 << 7,    // the mark of this card is kept for the second tap
  forget = 1 << 8,      // ... and dropped
  commit = 1 << 9,      // confirmed by the same card
  warn = 1 << 10,       // a card was left behind
};
inline constexpr std::size_t kActions = 11;

class Actions {
 public:
  constexpr Actions() = default;
  constexpr Actions(Action one) : bits_(static_cast<std::uint16_t>(one)) {}
  constexpr bool has(Action one) const noexcept { return (bits_ & static_cast<std::uint16_t>(one)) != 0; }
  constexpr Actions without(Action one) const noexcept { return from(static_cast<std::uint16_t>(bits_ & ~static_cast<unsigned>(one))); }
  constexpr Actions operator|(Actions other) const noexcept { return from(static_cast<std::uint16_t>(bits_ | other.bits_)); }
  constexpr bool empty() const noexcept { return bits_ == 0; }
  constexpr bool operator==(const Actions&) const = default;

 private:
  static constexpr Actions from(std::uint16_t bits) noexcept {
    Actions set;
    set.bits_ = bits;
    return set;
  }
  std::uint16_t bits_ = 0;
};
constexpr Actions operator|(Action a, Action b) noexcept { return Actions(a) | Actions(b); }

// Some of the states.
class StateSet {
 public:
  constexpr StateSet(State one) : bits_(1U << static_cast<unsigned>(one)) {}
  constexpr StateSet(std::initializer_list<State> some) {
    for (const State one : some) bits_ |= 1U << static_cast<unsigned>(one);
  }
  constexpr bool has(State one) const noexcept { return (bits_ >> static_cast<unsigned>(one) & 1U) != 0; }
  constexpr StateSet without(State one) const noexcept {
    StateSet rest = *this;
    rest.bits_ &= ~(1U << static_cast<unsigned>(one));
    return rest;
  }
  constexpr StateSet operator|(StateSet other) const noexcept {
    other.bits_ |= bits_;
    return other;
  }
  constexpr bool operator==(const StateSet&) const = default;

 private:
  std::uint32_t bits_ = 0;
};

struct Row {
  StateSet from;
  Event event;
  Guard guard = Guard::always;
  std::optional<State> to{};   // none: stays where it is
  Actions actions{};
};

// The first row that fits decides; an event without one changes nothing.
std::span<const Row> kiosk_table() noexcept;

std::string_view to_string(State state) noexcept;   // no-reader, idle, ...
std::string_view to_string(Event event) noexcept;
std::string_view to_string(Guard guard) noexcept;
std::string_view to_string(Action action) noexcept;
// What a screen says in this state.
Text describe(State state) noexcept;

struct Policy {
  std::chrono::milliseconds idle = std::chrono::seconds(60);         // without a touch, while something may be visible
  std::chrono::milliseconds placement = std::chrono::seconds(15);    // until a card that has no more to do counts as left behind
  std::chrono::milliseconds operation = std::chrono::seconds(30);
  std::chrono::milliseconds retap = std::chrono::seconds(30);        // from asking for confirmation to the second tap
  std::uint8_t attempts = 1;                                         // PINs taken in one placement; a refused one is always the last
};

// Tells a card from another without saying which: a keyed hash of its identity.
using Mark = std::array<Byte, 32>;

struct Input {
  Event event;
  std::uint64_t session = 0;         // of operations: the session they ran for; one that is over is ignored
  Mark mark{};                       // of recognised
  std::chrono::milliseconds now{};   // of tick
};

struct Step {
  bool taken = false;   // some row fitted
  State from{};
  State to{};
  Actions actions{};
};

class KioskMachine {
 public:
  explicit KioskMachine(Policy policy = {}, std::span<const Row> table = kiosk_table()) : policy_(policy), table_(table) {}

  // A tick goes before every other event, so that what is over in time is over.
  Step on(const Input& input);

  State state() const noexcept { return state_; }
  // Grows with every session; the present or the last one.
  std::uint64_t session() const noexcept { return session_; }
  bool session_open() const noexcept { return open_; }
  bool has_data() const noexcept { return has_data_; }
  // The mark of a card that asked for confirmation is kept.
  bool remembers() const noexcept { return remembered_.has_value(); }
  // When, on the clock of the ticks, the next tick can change something. None: only an event can.
  std::optional<std::chrono::milliseconds> deadline() const noexcept;

 private:
  bool holds(Guard guard, const Input& input) const noexcept;
  std::optional<std::chrono::milliseconds> end_of(Guard guard) const noexcept;
  bool is_stale(const Input& input) const noexcept;
  void apply(Actions actions, const Input& input);

  Policy policy_;
  std::span<const Row> table_;
  State state_ = State::no_reader;
  std::uint64_t session_ = 0;
  bool open_ = false, has_data_ = false;
  std::uint8_t spent_ = 0;
  Mark present_{};
  std::optional<Mark> remembered_;
  std::chrono::milliseconds now_{}, since_{}, asked_{};
};

}  // namespace myna::kiosk
