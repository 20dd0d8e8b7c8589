// SPDX-License-Identifier: Apache-2.0
#include "lun_table.hpp"

namespace myna::readers::ifd {

void LunReader::wake() {
  {
    const MutexLock lock(wake_mutex_);
    woken_ = true;
  }
  wake_.notify_all();
}

bool LunReader::pause(std::chrono::milliseconds time) {
  const MutexLock lock(wake_mutex_);
  const bool woken = wake_.wait_for(wake_mutex_, time, [this]() MYNA_REQUIRES(wake_mutex_) { return woken_; });
  woken_ = false;
  return !woken;
}

std::shared_ptr<LunReader> LunTable::find(DWORD lun) {
  const MutexLock lock(mutex_);
  const auto slot = slots_.find(lun);
  return slot == slots_.end() ? nullptr : slot->second;
}

bool LunTable::add(DWORD lun, std::shared_ptr<LunReader> slot) {
  const MutexLock lock(mutex_);
  return slots_.emplace(lun, std::move(slot)).second;
}

std::shared_ptr<LunReader> LunTable::remove(DWORD lun) {
  const MutexLock lock(mutex_);
  const auto slot = slots_.find(lun);
  if (slot == slots_.end()) return nullptr;
  auto removed = std::move(slot->second);
  slots_.erase(slot);
  return removed;
}

}  // namespace myna::readers::ifd
