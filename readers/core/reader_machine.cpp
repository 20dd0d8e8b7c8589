// SPDX-License-Identifier: Apache-2.0
#include "reader_machine.hpp"

#include "pseudo_apdu.hpp"

namespace myna::readers {
namespace {

using Kind = port100::AirAnswer::Kind;

constexpr Duration kCallWait = 10ms;                      // ISO/IEC 14443-3 gives a card 7.7 ms for its ATQB
constexpr Duration kSettled = 50ms;                       // a card on its way into the field sounds like two of them
constexpr Duration kFieldOff = 10ms;                      // 5.1 ms reset a card for certain (ISO/IEC 14443-3, 6.1.3)
constexpr std::array<Duration, 3> kPings{20ms, 50ms, 100ms};   // a card that does not compute answers in a few ms
constexpr unsigned kCalls = 3, kActivations = 3;
constexpr Duration kLongestCommand = 60s;                 // with any number of waiting time extensions
constexpr Duration kAttribExtra = 5ms;

}  // namespace

ReaderMachine::ReaderMachine(Pipe& pipe, Clock& clock, BitRateChoice choice)
    : clock_(&clock), link_(pipe), choice_(choice) {}

ReaderMachine::~ReaderMachine() { link_.stop(); }

Status ReaderMachine::start() {
  active_.reset();
  return link_.start();
}

std::optional<BitRate> ReaderMachine::bit_rate() const {
  return active_ ? std::optional(active_->rate) : std::nullopt;
}

Result<Port100Link::Answer> ReaderMachine::ask(ByteView block, Duration wait) { return link_.communicate(block, wait); }

// A card in the field, if one answers alone. Two at once give a garbled answer, always; noise does so now and then.
Result<std::optional<type_b::Atqb>> ReaderMachine::call(unsigned attempts) {
  crowded_ = false;
  MYNA_CHECK(link_.prepare_type_b(BitRate::k106));
  unsigned garbled = 0;
  for (unsigned i = 0; i < attempts; ++i) {
    MYNA_TRY(const auto answer, ask(type_b::wupb(), kCallWait));
    const auto card = type_b::parse_atqb(answer.block.view());
    if (answer.kind == Kind::block && card) return std::optional(*card);
    if (answer.kind != Kind::garbled) continue;
    ++garbled;
    attempts = kCalls;
  }
  crowded_ = garbled == kCalls;
  return std::optional<type_b::Atqb>{};
}

Result<bool> ReaderMachine::answers_ping(const IsoDep& protocol) {
  for (const Duration wait : kPings) {
    const IsoDep::Send ping = protocol.ping(wait);
    MYNA_TRY(const auto answer, ask(ping.block.view(), ping.wait));
    if (answer.kind == Kind::block) return true;
  }
  return false;
}

Result<std::optional<ReaderMachine::Active>> ReaderMachine::select(const type_b::Atqb& card, BitRate rate) {
  MYNA_TRY(const auto answer, ask(type_b::attrib(card, rate), card.frame_waiting_time() + kAttribExtra));
  const auto mbli = type_b::parse_attrib_answer(answer.block.view());
  if (answer.kind != Kind::block || !mbli) return std::optional<Active>{};
  Active active{card, rate, IsoDep(card.max_frame(), card.frame_waiting_time()), type_b::atr_of(card, *mbli)};
  if (rate == BitRate::k106) return std::optional(std::move(active));
  MYNA_CHECK(link_.prepare_type_b(rate));
  MYNA_TRY(const bool works, answers_ping(active.protocol));
  if (works) return std::optional(std::move(active));
  slow_only_ = true;
  return std::optional<Active>{};
}

// A card that did not hear the answer to its ATRQB is deaf to another call until the field was off.
Result<std::optional<ReaderMachine::Active>> ReaderMachine::activate(BitRateChoice choice) {
  MYNA_CHECK(link_.field_off());
  clock_->sleep(kFieldOff);
  MYNA_TRY(const auto card, call(kCalls));
  if (!card) return std::optional<Active>{};
  const bool fast = choice == BitRateChoice::automatic && !slow_only_;
  return select(*card, fast ? card->fastest() : BitRate::k106);
}

Result<Bytes> ReaderMachine::power_on() {
  if (active_) return active_->atr;
  for (unsigned i = 0; i < kActivations; ++i) {
    MYNA_TRY(active_, activate(choice_));
    if (!active_) continue;
    seen_ = true;
    return active_->atr;
  }
  MYNA_CHECK(link_.field_off());
  return fail(crowded_ ? Errc::several_cards : Errc::card_unresponsive);
}

// No DESELECT: it would leave the applications' state to the card, and the field goes off anyway.
Status ReaderMachine::power_off() {
  active_.reset();
  return link_.field_off();
}

Result<bool> ReaderMachine::look_at_active() {
  const auto there = answers_ping(active_->protocol);
  if (there && *there) return true;
  if (!there && there.error().code == Errc::no_reader) return there;
  active_.reset();
  lost_ = true;
  (void)link_.field_off();
  return false;
}

// The field is off between two looks.
Result<bool> ReaderMachine::look_at_field() {
  MYNA_TRY(auto card, call(seen_ ? kCalls : 1));
  if (crowded_) {
    clock_->sleep(kSettled);
    MYNA_TRY(card, call(kCalls));
  }
  MYNA_CHECK(link_.field_off());
  seen_ = card.has_value();
  if (!card) slow_only_ = false;
  return card.has_value();
}

Result<bool> ReaderMachine::look() {
  if (lost_) return false;
  return active_ ? look_at_active() : look_at_field();
}

Result<bool> ReaderMachine::card_present() {
  const auto there = look();
  if (there && !*there) lost_ = false;
  return there;
}

// Removed, when it does not answer a call either.
Errc ReaderMachine::lose_card() {
  active_.reset();
  lost_ = true;
  const auto there = link_.field_off() ? look_at_field() : Result<bool>(false);
  return there && *there ? Errc::link_lost : Errc::card_removed;
}

Result<SecretBytes> ReaderMachine::exchange(ByteView apdu) {
  if (!active_) return fail(lost_ ? Errc::card_removed : Errc::link_lost);
  if (is_pseudo_apdu(apdu)) return answer_pseudo_apdu(apdu, active_->card.pupi);
  auto response = converse(apdu);
  if (response) return response;
  if (response.error().code == Errc::no_reader) {
    active_.reset();
    return response;
  }
  return fail(lose_card());
}

Result<SecretBytes> ReaderMachine::converse(ByteView apdu) {
  IsoDep& protocol = active_->protocol;
  const TimePoint end = clock_->now() + kLongestCommand;
  IsoDep::Step step = protocol.start(apdu);
  while (const auto* send = std::get_if<IsoDep::Send>(&step)) {
    if (clock_->now() > end) return fail(Errc::timed_out);
    MYNA_TRY(const auto answer, ask(send->block.view(), send->wait));
    step = answer.kind == Kind::block ? protocol.on_block(answer.block.view()) : protocol.on_error();
  }
  if (const auto* stop = std::get_if<IsoDep::Stop>(&step)) return fail(stop->why);
  return std::move(std::get<IsoDep::Done>(step).response);
}

}  // namespace myna::readers
