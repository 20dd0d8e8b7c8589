// SPDX-License-Identifier: Apache-2.0
// The emulated reader at the reader core, in memory and on a virtual clock.
#pragma once

#include "readers/core/pipe.hpp"
#include "usb_model.hpp"

namespace myna::emulator {

class VirtualClock final : public readers::Clock {
 public:
  TimePoint now() override { return now_; }
  void sleep(Duration time) override { advance(time); }
  void advance(Duration time) { now_ += time; }

 private:
  TimePoint now_{std::chrono::hours(1)};
};

class MemoryPipe final : public readers::Pipe {
 public:
  MemoryPipe(UsbModel& device, VirtualClock& clock) : device_(&device), clock_(&clock) {}

  bool unplugged = false;
  void unplug_after(unsigned frames) { frames_left_ = frames; }

  Status write(ByteView frame) override {
    if (frames_left_ && (*frames_left_)-- == 0) unplugged = true;
    if (unplugged) return fail(Errc::no_reader);
    device_->out(0x02, frame, clock_->now());
    if (frame.size() % 64 == 0) device_->out(0x02, {}, clock_->now());
    return {};
  }
  Result<SecretBytes> read(Duration at_most) override {
    if (unplugged) return fail(Errc::no_reader);
    if (device_->halted()) return fail(Errc::link_lost);
    const auto ready = device_->ready_at(0x81);
    if (!ready || *ready > clock_->now() + at_most) {
      clock_->advance(at_most);
      return fail(Errc::timed_out);
    }
    if (*ready > clock_->now()) clock_->advance(*ready - clock_->now());
    return SecretBytes(device_->take(0x81));
  }
  Status clear_halt() override {
    if (unplugged) return fail(Errc::no_reader);
    device_->clear_halt();
    return {};
  }
  Status reset() override {
    if (unplugged) return fail(Errc::no_reader);
    device_->reset();
    return {};
  }

 private:
  UsbModel* device_;
  VirtualClock* clock_;
  std::optional<unsigned> frames_left_;
};

}  // namespace myna::emulator
