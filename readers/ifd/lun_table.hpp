// SPDX-License-Identifier: Apache-2.0
// The readers that pcscd opened, by Lun. pcscd may close a reader while another of its threads is still inside a call, so calls hold their
// slot.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>

#include "ifdhandler.hpp"
#include "myna/core/mutex.hpp"
#include "readers/usb/rc_s380.hpp"
#include "readers/usb/usb_devices.hpp"

namespace myna::readers::ifd {

struct LunReader {
  LunReader(UsbReader where, std::unique_ptr<RcS380> opened) : device(std::move(where)), reader(std::move(opened)) {}

  UsbReader device;
  Mutex mutex;                         // pcscd calls the polling function beside everything else
  std::unique_ptr<RcS380> reader MYNA_GUARDED_BY(mutex);
  bool crowded MYNA_GUARDED_BY(mutex) = false;   // as it was logged last
  std::atomic<bool> present{false};    // what pcscd was told last
  std::atomic<bool> gone{false};       // unplugged

  // Wakes the polling function once.
  void wake();
  // False when woken before the time was up.
  bool pause(std::chrono::milliseconds time);

 private:
  Mutex wake_mutex_;
  std::condition_variable_any wake_;
  bool woken_ MYNA_GUARDED_BY(wake_mutex_) = false;
};

class LunTable {
 public:
  std::shared_ptr<LunReader> find(DWORD lun);
  bool add(DWORD lun, std::shared_ptr<LunReader> slot);   // false when the Lun is taken
  std::shared_ptr<LunReader> remove(DWORD lun);

 private:
  Mutex mutex_;
  std::map<DWORD, std::shared_ptr<LunReader>> slots_ MYNA_GUARDED_BY(mutex_);
};

}  // namespace myna::readers::ifd
