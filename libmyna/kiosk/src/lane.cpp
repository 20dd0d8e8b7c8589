// SPDX-License-Identifier: Apache-2.0
#include "lane.hpp"

namespace myna::kiosk {
namespace {

bool shows_session(State state) { return state != State::recognising && state != State::comparing; }

}  // namespace

void Completion::finish(const Status& status) {
  const MutexLock lock(mutex_);
  if (status_) return;
  status_ = status;
  done_.notify_all();
}

Status Completion::wait(const std::stop_token& stop) {
  const MutexLock lock(mutex_);
  if (!done_.wait(mutex_, stop, [this]() MYNA_REQUIRES(mutex_) { return status_.has_value(); })) return fail(Errc::cancelled);
  return *status_;
}

Lane::Lane(std::string name, bool is_virtual, ReaderBackend& backend, LaneContext around)
    : name_(std::move(name)), is_virtual_(is_virtual), backend_(backend), around_(around), machine_(around.options.policy),
      refused_(refused_pins_of(name_)), thread_([this](const std::stop_token& stop) { work(stop); }) {}

Lane::~Lane() {
  {
    const MutexLock lock(mutex_);
    feed({.event = Event::reader_lost});   // wipes, and stops what runs
  }
  thread_.request_stop();
  thread_.join();
}

std::chrono::milliseconds Lane::now() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - born_);
}

Step Lane::feed(const Input& input, Outcome* outcome) {
  react(machine_.on({.event = Event::tick, .now = now()}), Event::tick, nullptr);
  const Step step = machine_.on(input);
  react(step, input.event, outcome);
  stirred_ = true;
  wake_.notify_all();
  return step;
}

void Lane::react(const Step& step, Event event, Outcome* outcome) {
  if (!step.taken) return;
  Tally& tally = around_.tally;
  if (step.actions.has(Action::cancel)) cancel_work();
  if (step.actions.has(Action::publish) && outcome != nullptr) session_->add(std::move(outcome->held));
  if (step.actions.has(Action::close)) close_session();
  if (step.actions.has(Action::open)) session_ = std::make_shared<PresenceSession>(name_, is_virtual_, machine_.session());
  if (step.actions.has(Action::recognise)) begin_recognition();
  tally.sessions += event == Event::recognised && session_;
  tally.foreign_cards += event == Event::not_ours;
  tally.left_behind += step.actions.has(Action::warn);
  tally.reader_losses += event == Event::reader_lost;
  tally.reader_returns += event == Event::reader_back;
  tally.hangs += event == Event::tick && step.to == State::failed;
  note_label(step);
  if (step.to != step.from) post({.kind = NoticeKind::state, .error = outcome != nullptr ? outcome->error : std::nullopt});
}

void Lane::begin_recognition() {
  if (!machine_.remembers()) challenge_ = make_challenge();
  waiting_ = Job{.session = machine_.session(), .challenge = challenge_};
}

void Lane::note_label(const Step& step) {
  const bool committed = step.actions.has(Action::commit);
  around_.tally.commits += committed;
  if (!label_ || (!committed && machine_.remembers())) return;
  post({.kind = committed ? NoticeKind::committed : NoticeKind::dropped, .label = *std::move(label_)});
  label_.reset();
}

void Lane::post(Notice notice) {
  notice.reader = name_;
  notice.state = machine_.state();
  notice.session = session_ && shows_session(machine_.state()) ? session_->number() : 0;
  around_.notices.post(std::move(notice));
}

void Lane::finish_job(const Job& job, const Status& status) {
  if (job.completion) job.completion->finish(status);
  if (job.id == 0) return;
  post({.kind = NoticeKind::finished, .operation = job.id, .error = status ? std::nullopt : std::optional(status.error())});
}

// Whoever waits is told at once, though the thread may still be in the middle of a command.
void Lane::cancel_work() {
  for (std::optional<Job>* job : {&waiting_, &running_}) {
    if (!*job) continue;
    (*job)->stop.request_stop();
    finish_job(**job, fail(Errc::session_ended));
    job->reset();
  }
}

void Lane::close_session() {
  if (session_) session_->end();
  session_.reset();
  drop_card_ = true;
}

bool Lane::is_current(const PresenceSession& session) const {
  return session_ && session_.get() == &session && shows_session(machine_.state());
}

void Lane::report(Event event) {
  const MutexLock lock(mutex_);
  card_left_ = card_left_ || event == Event::card_removed;
  feed({.event = event});
}

void Lane::look_at_time() {
  Step step;
  {
    const MutexLock lock(mutex_);
    step = machine_.on({.event = Event::tick, .now = now()});
    react(step, Event::tick, nullptr);
  }
  const bool hangs = step.taken && step.to == State::failed;
  if (!hangs || !around_.options.revive) return;
  ++around_.tally.revivals;
  around_.options.revive(name_);
}

ReaderView Lane::view() const {
  const MutexLock lock(mutex_);
  const bool shown = session_ && shows_session(machine_.state());
  return {.name = name_, .state = machine_.state(), .is_virtual = is_virtual_, .session = shown ? session_->number() : 0};
}

SessionPtr Lane::session() const {
  const MutexLock lock(mutex_);
  return shows_session(machine_.state()) ? session_ : nullptr;
}

Result<std::uint64_t> Lane::submit(const PresenceSession& session, Request request, std::shared_ptr<Completion> completion) {
  MYNA_CHECK(check(request));
  const MutexLock lock(mutex_);
  if (!is_current(session)) return fail(Errc::session_ended);
  const Event event = pin_of(request) != nullptr ? Event::pin_given : Event::operation_started;
  const Step step = feed({.event = event});
  if (!step.taken) return fail(is_current(session) ? Errc::invalid_argument : Errc::session_ended);
  waiting_ = Job{.session = session.number(), .id = ++operations_, .request = std::move(request), .completion = std::move(completion)};
  ++around_.tally.operations;
  return operations_;
}

Status Lane::tell(const PresenceSession& session, Event event, std::string label) {
  const MutexLock lock(mutex_);
  if (!is_current(session)) return fail(Errc::session_ended);
  const Step step = feed({.event = event});
  if (!step.taken) return fail(is_current(session) ? Errc::invalid_argument : Errc::session_ended);
  if (event == Event::confirm_asked) label_ = std::move(label);
  return {};
}

void Lane::cancel() {
  const MutexLock lock(mutex_);
  feed({.event = Event::cancelled});
}

void Lane::cancel_operation(const PresenceSession& session) {
  const MutexLock lock(mutex_);
  if (!is_current(session)) return;
  if (running_) running_->stop.request_stop();
  if (waiting_) waiting_->stop.request_stop();
}

}  // namespace myna::kiosk
