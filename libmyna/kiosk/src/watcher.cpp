// SPDX-License-Identifier: Apache-2.0
#include "watcher.hpp"

#include <algorithm>

#include "myna/core/pause.hpp"

namespace myna::kiosk {
namespace {

constexpr std::chrono::milliseconds kLookAtTime{1000};              // time-outs come at most so late when a lane is stuck
constexpr std::chrono::milliseconds kFirstPause{250}, kLongestPause{2000};   // while a service is away

}  // namespace

void Watcher::watch(const std::stop_token& stop) {
  auto rest = kFirstPause;
  while (!stop.stop_requested()) {
    const Status looked = look();
    if (looked) rest = kFirstPause;
    const Status followed = looked ? follow(stop) : looked;
    if (stop.stop_requested()) return;
    if (!followed) {
      keeper_.service_was_lost();
      lose_all();
      if (!pause(stop, rest)) return;
      rest = std::min(2 * rest, kLongestPause);
    }
  }
}

void Watcher::lose_all() {
  for (auto& [name, known] : readers_) {
    if (known.usable) known.lane->report(Event::reader_lost);
    known.usable = known.card = false;
  }
}

void Watcher::card(Known& known, bool there) {
  // An arrival without a departure is told as it is: the machine takes it for an exchange.
  if (there || known.card) known.lane->report(there ? Event::card_arrived : Event::card_removed);
  known.card = there;
}

void Watcher::tell(Known& known, const ReaderInfo& now) {
  const bool usable = now.state != ReaderState::unusable;
  const bool there = usable && now.state != ReaderState::empty;
  if (usable != known.usable) known.lane->report(usable ? Event::reader_back : Event::reader_lost);
  if (usable != known.usable) known.card = false;
  known.usable = usable;
  if (there == known.card) return;
  if (now.state == ReaderState::card_unresponsive) known.lane->report(Event::card_silent);
  else if (now.state == ReaderState::several_cards) known.lane->report(Event::two_cards);
  else card(known, there);
  known.card = there;
}

// The readers as they are, against what was told.
Status Watcher::look() {
  MYNA_TRY(const auto all, backend_.readers());
  for (auto& [name, known] : readers_) {
    const auto now = std::ranges::find(all, name, &ReaderInfo::name);
    if (now == all.end() && known.usable) known.lane->report(Event::reader_lost);
    if (now == all.end()) known.usable = known.card = false;
  }
  for (const ReaderInfo& reader : all) {
    Known& known = readers_[reader.name];
    if (known.lane == nullptr) known.lane = &keeper_.lane(reader, backend_);
    tell(known, reader);
  }
  return {};
}

Status Watcher::handle(const ReaderEvent& event) {
  const auto place = readers_.find(event.reader);
  const bool usable = place != readers_.end() && place->second.usable;
  switch (event.kind) {
    case ReaderEventKind::nothing: break;
    case ReaderEventKind::card_arrived: if (usable) card(place->second, true); break;
    case ReaderEventKind::card_removed: if (usable) card(place->second, false); break;
    case ReaderEventKind::several_cards:
      if (usable) place->second.lane->report(Event::two_cards);
      if (usable) place->second.card = true;
      break;
    case ReaderEventKind::reader_gone:
      if (usable) place->second.lane->report(Event::reader_lost);
      if (usable) place->second.usable = place->second.card = false;
      break;
    case ReaderEventKind::reader_added: return look();
  }
  return {};
}

Status Watcher::follow(const std::stop_token& stop) {
  while (true) {
    MYNA_TRY(const ReaderEvent event, backend_.wait(stop, kLookAtTime));
    MYNA_CHECK(handle(event));
    for (auto& [name, known] : readers_) known.lane->look_at_time();
  }
}

}  // namespace myna::kiosk
