// SPDX-License-Identifier: Apache-2.0
#include "model.hpp"

#include <algorithm>

namespace myna::test {
namespace {

using namespace kiosk;
using std::chrono::milliseconds;

constexpr int kCards = 3;

Mark mark_of(int card) {
  Mark mark{};
  mark.fill(static_cast<Byte>(card + 1));
  return mark;
}

constexpr std::array kOutcomes{Event::operation_done,    Event::operation_done,   Event::operation_done,
                               Event::operation_refused, Event::operation_failed, Event::pin_wrong,
                               Event::pin_blocked,       Event::last_try_refused, Event::card_changed};
constexpr std::array kRecognitions{Event::recognised, Event::recognised, Event::recognised,       Event::recognised,
                                   Event::recognised, Event::not_ours,   Event::operation_failed, Event::card_changed};
constexpr std::array kProgram{Event::operation_started, Event::pin_wanted,    Event::pin_wanted,    Event::pin_declined,
                              Event::pin_given,         Event::pin_given,     Event::confirm_asked, Event::confirm_asked,
                              Event::confirm_asked,     Event::confirm_asked, Event::touched,       Event::touched};

}  // namespace

KioskWorld::KioskWorld(std::uint32_t seed, std::span<const Row> table)
    : random_(seed), policy_{.attempts = static_cast<std::uint8_t>(1 + seed % 2)}, machine_(policy_, table) {}

void KioskWorld::expect(bool promise, const char* text) {
  if (!promise && why_.empty()) why_ = text;
}

bool KioskWorld::step() {
  happen();
  judge_always();
  ++visits_.at(static_cast<std::size_t>(machine_.state()));
  return why_.empty();
}

void KioskWorld::happen() {
  feed({.event = Event::tick, .now = now_});   // time first, as kiosk.hpp demands it
  const int dice = pick(100);
  const int removal = asked_by_ || dead_ ? 30 : 6;   // whoever is asked to take the card away mostly does
  if (dice < (asked_by_ && !card_ ? 60 : 12)) return place_card();
  if (dice < 12 + removal) return remove_card();
  if (dice < 44) return finish_operation();
  if (dice < 89) return program_asks();
  if (dice < 99) return time_passes();
  reader_comes_or_goes();
}

// On an empty reader, or in exchange for the card that lies there without anybody having seen it leave.
void KioskWorld::place_card() {
  if (!reader_ || (card_ && pick(6) != 0)) return;
  const int dice = pick(card_ ? 4 : 20);
  const Event event = dice == 0 ? Event::card_silent : dice == 1 ? Event::two_cards : Event::card_arrived;
  was_empty_ = !card_;
  card_ = asked_by_ && pick(2) == 0 ? *asked_by_ : pick(kCards);
  feed({.event = event});
}

void KioskWorld::remove_card() {
  if (!card_) return;
  card_.reset();
  feed({.event = Event::card_removed});
}

void KioskWorld::reader_comes_or_goes() {
  reader_ = !reader_;
  card_.reset();
  feed({.event = reader_ ? Event::reader_back : Event::reader_lost});
}

void KioskWorld::finish_operation() {
  const bool late = !late_.empty() && (!running_ || pick(4) == 0);
  // A reset by somebody else, noticed in the middle or between two operations.
  if (session_ && pick(40) == 0) return feed({.event = Event::card_changed, .session = session_->session});
  if (!late && !running_) return;
  const Operation operation = late ? late_.back() : *running_;
  if (late) late_.pop_back();
  const Event outcome = operation.recognition ? kRecognitions[random_() % kRecognitions.size()] : kOutcomes[random_() % kOutcomes.size()];
  feed({.event = outcome, .session = operation.session, .mark = mark_of(operation.card)});
  if (!late) running_.reset();
}

void KioskWorld::program_asks() {
  const bool gives_up = pick(40) == 0;
  feed({.event = gives_up ? Event::cancelled : kProgram[random_() % kProgram.size()]});
}

void KioskWorld::time_passes() {
  constexpr std::array kSpans{milliseconds(5),    milliseconds(5),     milliseconds(900),  milliseconds(900),
                              milliseconds(6000), milliseconds(20000), milliseconds(61000)};
  now_ += kSpans[random_() % kSpans.size()];
  feed({.event = Event::tick, .now = now_});
}

void KioskWorld::feed(const Input& input) {
  const bool over = input.event == Event::tick && time_is_over();
  const bool ended = ends(input);
  const State reason = end_of(input);
  const bool worked = running_.has_value();
  const Step step = machine_.on(input);
  judge_arrival(input, step);
  judge_program(input, step);
  judge_result(input, step);
  if (input.event == Event::tick) expect(step.taken == over, "a time-out does not come, or comes early");
  carry_out(step);
  if (ended) note_end(input);
  if (ended && dead_) reason_ = reason;
  if (over) note_time(step, worked);
  note(input, step);
  if (step.taken) last_taken_ = now_;
}

void KioskWorld::begin_operation(bool recognition) {
  expect(card_.has_value(), "an operation without a card");
  running_ = Operation{machine_.session(), card_.value_or(-1), recognition, now_};
}

void KioskWorld::carry_out(const Step& step) {
  const Actions actions = step.actions;
  if (actions.has(Action::cancel) && running_) late_.push_back(*running_);
  if (actions.has(Action::cancel)) running_.reset();
  if (late_.size() > 3) late_.erase(late_.begin());
  if (actions.has(Action::close)) {
    session_.reset();
    visible_.reset();
    usable_ = asking_ = committed_ = false;
  }
  if (actions.has(Action::open)) session_ = Operation{machine_.session(), card_.value_or(-1)};
  if (actions.has(Action::publish)) visible_ = running_ ? running_->card : -1;
  if (actions.has(Action::recognise)) begin_operation(true);
  if (actions.has(Action::warn)) {
    expect(card_.has_value(), "a warning without a card");
    warned_ = true;
  }
}

// A card that comes to an empty reader is asked who it is, once.
void KioskWorld::judge_arrival(const Input& input, const Step& step) {
  const bool fresh = input.event == Event::card_arrived && was_empty_;
  expect(step.actions.has(Action::recognise) == fresh, "who the card is: not asked, or asked again");
  expect(step.actions.has(Action::open) == fresh, "a session without an arrival, or an arrival without one");
}

void KioskWorld::judge_program(const Input& input, const Step& step) {
  const bool ready = usable_ && !running_ && !asked_by_;
  const bool attempt = pins_ < policy_.attempts;
  switch (input.event) {
    case Event::operation_started:
      return expect(step.taken == (ready && !asking_), "an operation refused without need, or begun without leave");
    case Event::pin_wanted: return expect(step.taken == (ready && !asking_ && attempt), "asking for a PIN");
    case Event::pin_declined: return expect(step.taken == asking_, "declining a PIN");
    case Event::pin_given: return expect(step.taken == (ready && attempt), "a PIN refused without need, or taken without leave");
    case Event::confirm_asked: return expect(step.taken == (ready && !asking_), "asking for confirmation");
    case Event::cancelled: return expect(step.taken == (session_ || asked_by_), "cancelling");
    case Event::touched: return expect(step.taken == (card_ && !running_ && (usable_ || asked_by_)), "a touch");
    default: return;
  }
}

void KioskWorld::judge_result(const Input& input, const Step& step) {
  const bool compared = input.event == Event::recognised && is_live(input) && asked_by_;
  expect(step.actions.has(Action::commit) == (compared && input.mark == mark_of(*asked_by_) && card_ == asked_by_),
         "committed for another card, or not for the same one");
  expect(!step.actions.has(Action::commit) || left_since_, "committed though the card never left");
  expect(!step.actions.has(Action::commit) || now_ - asked_at_ < policy_.retap + policy_.operation, "committed too late");
  expect(step.actions.has(Action::publish) == (input.event == Event::operation_done && is_live(input)),
         "a result published that no operation brought, or lost");
}

// Happenings after which nothing more may be had of the card that lies there.
bool KioskWorld::ends(const Input& input) const {
  switch (input.event) {
    case Event::card_silent: case Event::two_cards: return true;
    case Event::card_arrived: return !was_empty_;
    case Event::not_ours: case Event::operation_failed: case Event::pin_wrong: case Event::pin_blocked: case Event::last_try_refused:
    case Event::card_changed: return is_live(input);
    case Event::recognised: return is_live(input) && asked_by_ && card_ != asked_by_;
    case Event::cancelled: return session_ || asked_by_;
    default: return false;
  }
}

// What the screen says after it.
State KioskWorld::end_of(const Input& input) const {
  switch (input.event) {
    case Event::card_silent: return State::unreadable;
    case Event::two_cards: return State::two_cards;
    case Event::not_ours: return asked_by_ ? State::other_card : State::foreign;
    case Event::operation_failed: return running_ && running_->recognition ? State::unreadable : State::failed;
    case Event::pin_wrong: return State::pin_wrong;
    case Event::pin_blocked: return State::blocked;
    case Event::last_try_refused: return State::last_try;
    case Event::recognised: return State::other_card;
    case Event::cancelled: return State::finished;
    default: return State::changed;
  }
}

void KioskWorld::note_end(const Input& input) {
  const bool broke = left_since_ && (input.event == Event::operation_failed || input.event == Event::card_changed);
  const bool unreadable = was_empty_ && !session_ && (input.event == Event::card_silent || input.event == Event::two_cards);
  expect(!machine_.session_open() && !session_ && !visible_, "a session outlives its end");
  if (!broke && !(unreadable && !dead_)) asked_by_.reset();   // the second tap may be tried again
  dead_ = card_.has_value();
  warned_ = false;
}

bool KioskWorld::time_is_over() const {
  if (running_) return now_ - running_->started >= policy_.operation;
  if (asked_by_) return now_ - asked_at_ >= policy_.retap;
  if (session_) return now_ - last_taken_ >= policy_.idle;
  return dead_ && !warned_ && now_ - last_taken_ >= policy_.placement;
}

void KioskWorld::note_time(const Step& step, bool broke) {
  expect(!session_ && !visible_, "a session outlives its time");
  expect(step.actions.has(Action::warn) == (card_ && !broke), "no warning of a card that was left behind, or one for nothing");
  asked_by_.reset();
  dead_ = card_.has_value();
  warned_ = dead_ && !broke;
  if (broke) reason_ = State::failed;
}

void KioskWorld::note_program(const Input& input) {
  committed_ = committed_ && input.event == Event::touched;
  asking_ = input.event == Event::pin_wanted || (asking_ && input.event == Event::touched);
  pins_ += input.event == Event::pin_given;
  if (input.event == Event::operation_started || input.event == Event::pin_given) begin_operation(false);
  if (input.event != Event::confirm_asked) return;
  asked_by_ = card_;
  asked_at_ = now_;
  left_since_ = false;
}

void KioskWorld::note(const Input& input, const Step& step) {
  if (step.taken && input.event >= Event::operation_started && input.event <= Event::touched) note_program(input);
  if (input.event == Event::recognised && is_live(input)) {
    usable_ = true;
    committed_ = asked_by_.has_value();
    asked_by_.reset();
  }
  if (input.event == Event::reader_lost) asked_by_.reset();
  if (input.event != Event::card_removed && input.event != Event::reader_lost) return;
  expect(!running_, "an operation goes on without a card");
  pins_ = 0;
  dead_ = warned_ = false;
  left_since_ = true;
}

// What the person must see, from what is the case.
State KioskWorld::screen() const {
  if (!reader_) return State::no_reader;
  if (!card_) return asked_by_ ? State::confirm_retap : State::idle;
  if (dead_) return asked_by_ ? State::confirm_remove : warned_ ? State::left_behind : reason_;
  if (running_) return !running_->recognition ? State::reading : asked_by_ ? State::comparing : State::recognising;
  if (asked_by_) return State::confirm_remove;
  if (asking_) return State::asking_pin;
  if (visible_) return State::served;
  return committed_ ? State::committed : State::presented;
}

void KioskWorld::judge_always() {
  expect(!visible_ || (session_ && visible_ == card_), "data of one card is visible with another or with none");
  expect(!session_ || session_->card == card_, "a session without its card");
  expect(!running_ || (session_ && running_->session == session_->session), "an operation outlives its session");
  expect(!dead_ || !session_, "a session with a card that is done");
  expect(pins_ <= policy_.attempts, "too many PINs in one placement");
  expect(machine_.session_open() == session_.has_value(), "the machine's session");
  expect(machine_.has_data() == visible_.has_value(), "the machine's data");
  expect(machine_.remembers() == asked_by_.has_value(), "the mark of a card is kept for nothing");
  expect(machine_.state() == screen(), "the wrong screen");
}

}  // namespace myna::test
