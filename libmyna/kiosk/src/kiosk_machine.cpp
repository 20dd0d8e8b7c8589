// SPDX-License-Identifier: Apache-2.0
#include "myna/kiosk/kiosk.hpp"

#include <algorithm>

namespace myna::kiosk {
namespace {

// What an operation reports belongs to the session it ran for.
constexpr bool is_of_operation(Event event) { return event >= Event::recognised && event <= Event::card_changed; }

}  // namespace

bool KioskMachine::is_stale(const Input& input) const noexcept {
  return is_of_operation(input.event) && (!open_ || input.session != session_);
}

std::optional<std::chrono::milliseconds> KioskMachine::end_of(Guard guard) const noexcept {
  switch (guard) {
    case Guard::idle_over: return since_ + policy_.idle;
    case Guard::placement_over: return since_ + policy_.placement;
    case Guard::operation_over: return since_ + policy_.operation;
    case Guard::retap_over: return asked_ + policy_.retap;
    default: return std::nullopt;
  }
}

bool KioskMachine::holds(Guard guard, const Input& input) const noexcept {
  switch (guard) {
    case Guard::always: return true;
    case Guard::has_data: return has_data_;
    case Guard::attempt_left: return spent_ < policy_.attempts;
    case Guard::same_card: return remembered_ && *remembered_ == input.mark;
    default: return now_ >= *end_of(guard);
  }
}

void KioskMachine::apply(Actions actions, const Input& input) {
  if (actions.has(Action::close)) {
    open_ = has_data_ = false;
    present_ = {};
  }
  if (actions.has(Action::open)) {
    ++session_;
    open_ = true;
  }
  if (input.event == Event::recognised && open_) present_ = input.mark;
  if (actions.has(Action::publish)) has_data_ = true;
  if (actions.has(Action::spend)) ++spent_;
  if (actions.has(Action::restore)) spent_ = 0;
  if (actions.has(Action::remember)) {
    remembered_ = present_;
    asked_ = now_;
  }
  if (actions.has(Action::forget)) remembered_.reset();
}

Step KioskMachine::on(const Input& input) {
  if (input.event == Event::tick) now_ = std::max(now_, input.now);
  const auto fits = [this, &input](const Row& row) { return row.event == input.event && row.from.has(state_) && holds(row.guard, input); };
  const auto row = is_stale(input) ? table_.end() : std::find_if(table_.begin(), table_.end(), fits);
  if (row == table_.end()) return {.taken = false, .from = state_, .to = state_};
  apply(row->actions, input);
  const State from = state_;
  state_ = row->to.value_or(state_);
  since_ = now_;
  return {.taken = true, .from = from, .to = state_, .actions = row->actions};
}

std::optional<std::chrono::milliseconds> KioskMachine::deadline() const noexcept {
  std::optional<std::chrono::milliseconds> first;
  for (const Row& row : table_) {
    if (row.event != Event::tick || !row.from.has(state_)) continue;
    const auto end = end_of(row.guard);
    if (end && (!first || *end < *first)) first = end;
  }
  return first;
}

}  // namespace myna::kiosk
