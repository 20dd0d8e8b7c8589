// SPDX-License-Identifier: Apache-2.0
#include "reader_watch.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <functional>
#include <thread>

namespace myna::pcsc {
namespace {

constexpr const char* kPlugAndPlay = "\\\\?PnP?\\Notification";
constexpr std::chrono::milliseconds kCancelAgain{5};

struct StateRow {
  DWORD flag;
  ReaderState state;
};
// The first flag that is set decides.
constexpr std::array kStates{
    StateRow{SCARD_STATE_UNKNOWN, ReaderState::unusable},
    StateRow{SCARD_STATE_UNAVAILABLE, ReaderState::unusable},
    StateRow{SCARD_STATE_MUTE, ReaderState::card_unresponsive},
    StateRow{SCARD_STATE_EXCLUSIVE, ReaderState::in_use_exclusively},
    StateRow{SCARD_STATE_PRESENT, ReaderState::card_present},
};

ReaderState state_of(DWORD flags) {
  const auto row = std::ranges::find_if(kStates, [flags](const StateRow& r) { return (flags & r.flag) != 0; });
  return row == kStates.end() ? ReaderState::empty : row->state;
}

bool is_virtual_name(const std::string& name) { return name.starts_with("Virtual PCD") || name.starts_with("Myna Virtual"); }

Result<std::vector<std::string>> names(const Context& context) {
  DWORD length = 0;
  const Status sized = check(SCardListReaders(context.handle(), nullptr, nullptr, &length));
  if (!sized && sized.error().code == Errc::no_reader) return std::vector<std::string>{};
  if (!sized) return Unexpected(sized.error());
  std::vector<char> list(length);
  const Status listed = check(SCardListReaders(context.handle(), nullptr, list.data(), &length));
  if (!listed && listed.error().code == Errc::no_reader) return std::vector<std::string>{};
  if (!listed) return Unexpected(listed.error());
  std::vector<std::string> result;
  for (const char* at = list.data(); *at != '\0'; at += std::strlen(at) + 1) result.emplace_back(at);
  return result;
}

SCARD_READERSTATE asking(const char* name, DWORD known) {
  SCARD_READERSTATE state{};
  state.szReader = name;
  state.dwCurrentState = known;
  return state;
}

Sighting sighting_of(const std::string& name, const SCARD_READERSTATE& state) {
  Sighting seen{.info = {.name = name, .state = state_of(state.dwEventState), .is_virtual = is_virtual_name(name), .atr = {}},
                .event_state = state.dwEventState & ~static_cast<DWORD>(SCARD_STATE_CHANGED)};
  seen.info.atr.assign(state.rgbAtr, state.rgbAtr + std::min<DWORD>(state.cbAtr, sizeof state.rgbAtr));
  return seen;
}

bool has_card(const Sighting& sighting) {
  return sighting.info.state != ReaderState::empty && sighting.info.state != ReaderState::unusable;
}

const Sighting* find(const Sightings& list, const std::string& name) {
  const auto found = std::ranges::find_if(list, [&name](const Sighting& s) { return s.info.name == name; });
  return found == list.end() ? nullptr : &*found;
}

void add_changes(const Sighting& before, const Sighting& now, std::vector<ReaderEvent>& events) {
  constexpr int kCounterShift = 16;
  const bool swapped = has_card(before) && has_card(now) &&
                       (before.event_state >> kCounterShift) != (now.event_state >> kCounterShift);
  if (has_card(before) && (!has_card(now) || swapped)) events.push_back({ReaderEventKind::card_removed, now.info.name});
  if (has_card(now) && (!has_card(before) || swapped)) events.push_back({ReaderEventKind::card_arrived, now.info.name});
}

// SCardCancel reaches only a call that waits already, so it is repeated until the waiting is over.
class CancelOnStop {
 public:
  CancelOnStop(const Context& context, std::stop_token stop)
      : callback_(std::move(stop), [this, handle = context.handle()] { cancel(handle); }) {}
  ~CancelOnStop() { over_ = true; }
  void waiting_is_over() { over_ = true; }
  bool came_before_waiting() const { return too_early_; }

 private:
  void cancel(SCARDCONTEXT handle) {
    too_early_ = std::this_thread::get_id() == waiter_;   // called by the constructor of callback_
    while (!over_ && !too_early_) {
      SCardCancel(handle);
      std::this_thread::sleep_for(kCancelAgain);
    }
  }

  std::thread::id waiter_ = std::this_thread::get_id();
  std::atomic<bool> over_ = false;
  std::atomic<bool> too_early_ = false;   // written by the thread that stops, too
  std::stop_callback<std::function<void()>> callback_;
};

}  // namespace

Result<Sightings> look(const Context& context) {
  MYNA_TRY(const auto list, names(context));
  std::vector<SCARD_READERSTATE> states;
  for (const std::string& name : list) states.push_back(asking(name.c_str(), SCARD_STATE_UNAWARE));
  if (states.empty()) return Sightings{};
  const LONG code = SCardGetStatusChange(context.handle(), 0, states.data(), static_cast<DWORD>(states.size()));
  if (code != static_cast<LONG>(SCARD_E_TIMEOUT)) MYNA_CHECK(check(code));
  Sightings sightings;
  for (std::size_t i = 0; i < list.size(); ++i) sightings.push_back(sighting_of(list[i], states[i]));
  return sightings;
}

Result<bool> wait_for_change(const Context& context, const Sightings& known, std::stop_token stop,
                             std::chrono::milliseconds at_most) {
  std::vector<SCARD_READERSTATE> states;
  for (const Sighting& sighting : known) states.push_back(asking(sighting.info.name.c_str(), sighting.event_state));
  states.push_back(asking(kPlugAndPlay, SCARD_STATE_UNAWARE));
  CancelOnStop cancel(context, std::move(stop));
  if (cancel.came_before_waiting()) return fail(Errc::cancelled);
  const LONG code = SCardGetStatusChange(context.handle(), static_cast<DWORD>(at_most.count()), states.data(),
                                         static_cast<DWORD>(states.size()));
  cancel.waiting_is_over();
  const Status waited = check(code);
  if (!waited && waited.error().code == Errc::timed_out) return false;
  if (!waited && waited.error().code != Errc::reader_unknown) return Unexpected(waited.error());
  return true;
}

std::vector<ReaderEvent> difference(const Sightings& before, const Sightings& now) {
  std::vector<ReaderEvent> events;
  for (const Sighting& old : before) {
    if (find(now, old.info.name) != nullptr) continue;
    if (has_card(old)) events.push_back({ReaderEventKind::card_removed, old.info.name});
    events.push_back({ReaderEventKind::reader_gone, old.info.name});
  }
  for (const Sighting& seen : now) {
    const Sighting* old = find(before, seen.info.name);
    if (old == nullptr) events.push_back({ReaderEventKind::reader_added, seen.info.name});
    const Sighting nothing{.info = {.name = seen.info.name, .atr = {}}};
    add_changes(old == nullptr ? nothing : *old, seen, events);
  }
  return events;
}

}  // namespace myna::pcsc
