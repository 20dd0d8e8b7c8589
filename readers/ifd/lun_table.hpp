// SPDX-License-Identifier: Apache-2.0
// The readers that pcscd opened, by Lun. pcscd may close a reader while another of its threads is still inside a call, so calls hold their
// slot.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>

#include "ifdhandler.hpp"
#include "readers/usb/rc_s380.hpp"
#include "readers/usb/usb_devices.hpp"

namespace myna::readers::ifd {

struct LunReader {
  explicit LunReader(UsbReader where) : device(std::move(where)) {}

  UsbReader device;
  std::mutex mutex;                    // around reader: pcscd calls the polling function beside everything else
  std::unique_ptr<RcS380> reader;
  bool crowded = false;                // as it was logged last; around it, too
  std::atomic<bool> present{false};    // what pcscd was told last
  std::atomic<bool> gone{false};       // unplugged

  // Wakes the polling function once.
  void wake();
  // False when woken before the time was up.
  bool pause(std::chrono::milliseconds time);

 private:
  std::mutex wake_mutex_;
  std::condition_variable wake_;
  bool woken_ = false;
};

class LunTable {
 public:
  std::shared_ptr<LunReader> find(DWORD lun);
  bool add(DWORD lun, std::shared_ptr<LunReader> slot);   // false when the Lun is taken
  std::shared_ptr<LunReader> remove(DWORD lun);

 private:
  std::mutex mutex_;
  std::map<DWORD, std::shared_ptr<LunReader>> slots_;
};

}  // namespace myna::readers::ifd
