// SPDX-License-Identifier: Apache-2.0
#include "usb_backend.hpp"

#include <algorithm>

#include "myna/core/pause.hpp"
#include "rc_s380.hpp"

namespace myna::readers {
namespace {

constexpr std::chrono::milliseconds kInterval{100};

// From one card to several and back, the reader was empty in between: who stays is a card of its own.
ReaderEventKind change_of(ReaderState before, ReaderState now) {
  if (now == ReaderState::several_cards && before == ReaderState::empty) return ReaderEventKind::several_cards;
  const bool arrived = now == ReaderState::card_present && before != ReaderState::several_cards;
  return arrived ? ReaderEventKind::card_arrived : ReaderEventKind::card_removed;
}

// The first difference between two looks, one event each.
ReaderEvent difference(const std::vector<ReaderInfo>& before, const std::vector<ReaderInfo>& now) {
  for (const ReaderInfo& old : before) {
    const auto same = std::ranges::find(now, old.name, &ReaderInfo::name);
    if (same == now.end()) return {ReaderEventKind::reader_gone, old.name};
    if (same->state != old.state) return {change_of(old.state, same->state), old.name};
  }
  for (const ReaderInfo& fresh : now) {
    if (std::ranges::find(before, fresh.name, &ReaderInfo::name) == before.end()) return {ReaderEventKind::reader_added, fresh.name};
  }
  return {};
}

// What has been told: the event's reader as it is now, all others as they were.
void tell(std::vector<ReaderInfo>& reported, const std::vector<ReaderInfo>& now, const ReaderEvent& event) {
  std::erase_if(reported, [&event](const ReaderInfo& r) { return r.name == event.reader; });
  const auto fresh = std::ranges::find(now, event.reader, &ReaderInfo::name);
  if (fresh == now.end()) return;
  ReaderInfo told = *fresh;
  // What lies on a new reader, or there instead of another, is an event of its own.
  const bool instead =
      event.kind == ReaderEventKind::card_removed && (told.state == ReaderState::card_present || told.state == ReaderState::several_cards);
  if (event.kind == ReaderEventKind::reader_added || instead) told.state = ReaderState::empty;
  reported.push_back(std::move(told));
}

}  // namespace

Result<std::unique_ptr<CardReader>> UsbReaders::open_device(const UsbReader& device) const {
  if (device.chip == Chip::ccid) return options_.ccid(device);
  MYNA_TRY(auto reader, RcS380::open(device.bus, device.address, options_.bit_rate, options_.trace));
  return std::unique_ptr<CardReader>(std::move(reader));
}

void UsbReaders::look_for_devices() {
  auto devices = find_usb_readers();
  std::erase_if(devices, [this](const UsbReader& d) { return d.chip == Chip::ccid && !options_.ccid; });
  std::erase_if(places_, [&devices](const auto& place) {
    const UsbReader& had = place.second.device;
    return std::ranges::none_of(devices, [&had](const UsbReader& d) { return d.name == had.name && d.address == had.address; });
  });
  for (const UsbReader& device : devices) {
    Place& place = places_.try_emplace(device.name, Place{device, nullptr}).first->second;
    if (place.lane) continue;
    if (auto reader = open_device(device)) place.lane = std::make_shared<SharedReader>(device.name, *std::move(reader));
  }
}

ReaderInfo UsbReaders::info_of(Place& place) {
  ReaderInfo info{.name = place.device.name, .state = ReaderState::unusable, .is_virtual = false, .atr = {}};
  if (!place.lane) return info;
  const auto state = place.lane->state();
  if (state) info.state = *state;
  else place.lane.reset();   // unplugged, though sysfs does not know yet
  return info;
}

std::vector<ReaderInfo> UsbReaders::look() {
  const MutexLock lock(mutex_);
  look_for_devices();
  std::vector<ReaderInfo> now;
  for (auto& [name, place] : places_) now.push_back(info_of(place));
  return now;
}

Result<std::unique_ptr<CardChannel>> UsbReaders::open(const std::string& name) {
  std::shared_ptr<SharedReader> lane;
  {
    const MutexLock lock(mutex_);
    const auto place = places_.find(name);
    if (place == places_.end()) return fail(Errc::reader_unknown);
    lane = place->second.lane;
  }
  return lane ? lane->open(options_.deadline) : fail(Errc::reader_unusable);
}

Result<ReaderEvent> UsbBackend::wait(std::stop_token stop, std::chrono::milliseconds at_most) {
  const auto end = std::chrono::steady_clock::now() + at_most;
  while (!stop.stop_requested()) {
    const auto now = readers_->look();
    const ReaderEvent event = difference(reported_, now);
    if (event.kind != ReaderEventKind::nothing) {
      tell(reported_, now, event);
      return event;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return ReaderEvent{};
    if (!pause(stop, std::min(kInterval, left))) break;
  }
  return fail(Errc::cancelled);
}

}  // namespace myna::readers
