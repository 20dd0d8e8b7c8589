// SPDX-License-Identifier: Apache-2.0
// The lane's thread: it opens the card, recognises it, carries out operations, and brings a reader back that lost its way.
#include <algorithm>
#include <array>

#include "lane.hpp"
#include "myna/core/pause.hpp"

namespace myna::kiosk {
namespace {

constexpr int kAttempts = 3;
constexpr std::chrono::milliseconds kBetweenAttempts{200};

// Errors after which opening the card anew, with its power taken and given, can help.
constexpr std::array kWorthAnotherTry{Errc::link_lost,       Errc::card_changed, Errc::card_unresponsive,
                                      Errc::reader_unusable, Errc::no_service,   Errc::malformed};

bool is_worth_another_try(const Error& error) { return std::ranges::find(kWorthAnotherTry, error.code) != kWorthAnotherTry.end(); }

struct OutcomeRow {
  Errc code;
  Event event;
};
// What an error means to the machine; what is not listed, and is not about one thing of the card, broke.
constexpr OutcomeRow kOutcomes[] = {
    {Errc::pin_wrong, Event::pin_wrong},
    {Errc::pin_refused_before, Event::pin_wrong},
    {Errc::pin_blocked, Event::pin_blocked},
    {Errc::last_try_refused, Event::last_try_refused},
    {Errc::card_changed, Event::card_changed},
    {Errc::application_absent, Event::operation_refused},   // a phone
    {Errc::file_absent, Event::operation_refused},
    {Errc::certificate_absent, Event::operation_refused},
    {Errc::access_denied, Event::operation_refused},
    {Errc::invalid_argument, Event::operation_refused},
    {Errc::cancelled, Event::operation_refused},
};

Event event_of(const std::optional<Error>& error, bool recognition) {
  if (!error) return recognition ? Event::recognised : Event::operation_done;
  if (recognition) {
    if (error->code == Errc::card_foreign) return Event::not_ours;
    if (error->code == Errc::several_cards) return Event::two_cards;
    return error->code == Errc::card_changed ? Event::card_changed : Event::operation_failed;
  }
  const auto row = std::ranges::find(kOutcomes, error->code, &OutcomeRow::code);
  if (row != std::end(kOutcomes)) return row->event;
  return error->about == nullptr ? Event::operation_failed : Event::operation_refused;
}

}  // namespace

void Lane::work(const std::stop_token& stop) {
  const MutexLock lock(mutex_);
  while (!stop.stop_requested()) {
    if (drop_card_) drop_card();
    else if (waiting_) run_job();
    else wait_for_work(stop);
  }
  drop_card();
}

void Lane::wait_for_work(const std::stop_token& stop) {
  const auto ready = [this]() MYNA_REQUIRES(mutex_) { return waiting_ || drop_card_ || stirred_; };
  const auto deadline = machine_.deadline();
  if (deadline) wake_.wait_until(mutex_, stop, born_ + *deadline, ready);
  else wake_.wait(mutex_, stop, ready);
  stirred_ = false;
  react(machine_.on({.event = Event::tick, .now = now()}), Event::tick, nullptr);
}

void Lane::drop_card() {
  drop_card_ = false;
  const MutexUnlock unlocked(mutex_);
  card_.reset();
  recognition_ = {};
}

Lane::Outcome Lane::carry_out_unlocked(Job& job) {
  const MutexUnlock unlocked(mutex_);
  Outcome outcome = carry_out(job);
  job.request.reset();   // wipes the PIN
  return outcome;
}

void Lane::run_job() {
  Job job = std::move(*waiting_);
  waiting_.reset();
  if (std::exchange(card_left_, false)) refused_->forget_all();
  running_ = Job{.session = job.session, .id = job.id, .stop = job.stop, .completion = job.completion};
  Outcome outcome = carry_out_unlocked(job);
  const bool wanted = running_.has_value();   // else its end was told when it was cancelled
  running_.reset();
  const Input input{.event = event_of(outcome.error, job.id == 0), .session = job.session, .mark = outcome.mark};
  around_.tally.pins_refused += input.event == Event::pin_wrong;
  around_.tally.operations_failed += outcome.error.has_value();
  const Status status = outcome.error ? Status{Unexpected(*outcome.error)} : Status{};
  feed(input, &outcome);
  if (wanted) finish_job(job, status);
}

Lane::Outcome Lane::carry_out(Job& job) {
  stop_switch_.token = job.stop.get_token();
  Outcome outcome;
  if (job.id == 0) {
    outcome = recognise_with_healing(job.challenge, job.stop.get_token());
  } else if (!card_) {
    outcome.error = Error{.code = Errc::session_ended};
  } else {
    Counter counter{*card_, recognition_, around_.options, is_virtual_};
    auto held = perform(counter, *std::move(job.request));
    if (held) outcome.held = *std::move(held);
    else outcome.error = held.error();
  }
  count_commands();
  return outcome;
}

Result<Recognition> Lane::open_and_recognise(const Challenge& challenge) {
  card_.reset();
  MYNA_TRY(auto channel, backend_.open(ReaderInfo{.name = name_, .state = ReaderState::card_present, .is_virtual = is_virtual_,
                                                  .atr = {}}));
  auto observed = std::make_unique<ObservedChannel>(std::move(channel), statistics_);
  card_ = std::make_unique<MyNumberCard>(std::make_unique<StoppableChannel>(std::move(observed), stop_switch_), around_.options.length_mode,
                                         refused_);
  return recognise_card(*card_, challenge);
}

Lane::Outcome Lane::recognise_with_healing(const Challenge& challenge, const std::stop_token& stop) {
  auto known = open_and_recognise(challenge);
  for (int attempt = 1; attempt < kAttempts && !known && is_worth_another_try(known.error()); ++attempt) {
    if (!pause(stop, kBetweenAttempts)) break;
    ++around_.tally.reconnects;
    known = open_and_recognise(challenge);
  }
  if (!known && !stop.stop_requested() && is_worth_another_try(known.error()) && around_.options.revive) {
    ++around_.tally.revivals;
    around_.options.revive(name_);
    known = open_and_recognise(challenge);
  }
  Outcome outcome;
  if (!known) {
    outcome.error = known.error();
    return outcome;
  }
  recognition_ = *std::move(known);
  outcome.mark = mark_of(recognition_, around_.mark_key);
  return outcome;
}

void Lane::count_commands() {
  around_.tally.apdus += statistics_.apdus - counted_apdus_;
  around_.tally.pins_sent += statistics_.verifies - counted_pins_;
  counted_apdus_ = statistics_.apdus;
  counted_pins_ = statistics_.verifies;
}

}  // namespace myna::kiosk
