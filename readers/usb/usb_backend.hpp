// SPDX-License-Identifier: Apache-2.0
// Readers without a daemon: RC-S380 directly, and what else `host` can drive. A reader belongs to one process at a time.
#pragma once

#include <functional>
#include <map>

#include "core/lane.hpp"
#include "core/reader_machine.hpp"
#include "core/usb_trace.hpp"
#include "usb/usb_devices.hpp"

namespace myna::readers {

// Opens a CCID reader; see host/ccid_host.hpp. Only an executable can host libccid.
using CcidHost = std::function<Result<std::unique_ptr<CardReader>>(const UsbReader&)>;

struct UsbOptions {
  std::chrono::milliseconds deadline = std::chrono::seconds(10);   // for a card that another thread holds
  BitRateChoice bit_rate = BitRateChoice::k106;
  TraceSink trace{};
  CcidHost ccid{};   // without it, CCID readers are not listed
};

// Owns no thread: wait() looks at the readers every 100 ms.
class UsbBackend final : public ReaderBackend {
 public:
  explicit UsbBackend(UsbOptions options) : options_(std::move(options)) {}

  // A reader that cannot be opened is listed as unusable.
  Result<std::vector<ReaderInfo>> readers() override;
  Result<std::unique_ptr<CardChannel>> open(const ReaderInfo& reader) override;
  Result<ReaderEvent> wait(std::stop_token stop, std::chrono::milliseconds at_most) override;

 private:
  struct Place {
    UsbReader device;
    std::shared_ptr<Lane> lane;   // none while it cannot be opened
  };
  Result<std::unique_ptr<CardReader>> open_device(const UsbReader& device) const;
  void look_for_devices();
  ReaderInfo info_of(Place& place) const;
  std::vector<ReaderInfo> look();

  UsbOptions options_;
  std::mutex mutex_;                              // around all below
  std::map<std::string, Place> places_;           // by name
  std::vector<ReaderInfo> reported_;
};

}  // namespace myna::readers
