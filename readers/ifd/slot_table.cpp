// SPDX-License-Identifier: Apache-2.0
#include "ifd/slot_table.hpp"

namespace myna::readers::ifd {

void Slot::wake() {
  {
    const std::lock_guard lock(wake_mutex_);
    woken_ = true;
  }
  wake_.notify_all();
}

bool Slot::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(wake_mutex_);
  const bool woken = wake_.wait_for(lock, time, [this] { return woken_; });
  woken_ = false;
  return !woken;
}

std::shared_ptr<Slot> SlotTable::find(DWORD lun) {
  const std::lock_guard lock(mutex_);
  const auto slot = slots_.find(lun);
  return slot == slots_.end() ? nullptr : slot->second;
}

bool SlotTable::add(DWORD lun, std::shared_ptr<Slot> slot) {
  const std::lock_guard lock(mutex_);
  return slots_.try_emplace(lun, std::move(slot)).second;
}

std::shared_ptr<Slot> SlotTable::remove(DWORD lun) {
  const std::lock_guard lock(mutex_);
  const auto slot = slots_.find(lun);
  if (slot == slots_.end()) return nullptr;
  auto removed = std::move(slot->second);
  slots_.erase(slot);
  return removed;
}

}  // namespace myna::readers::ifd
