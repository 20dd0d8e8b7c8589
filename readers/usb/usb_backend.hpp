// SPDX-License-Identifier: Apache-2.0
// Readers without a daemon: RC-S380 directly, and what else `host` can drive. A reader belongs to one process at a time.
#pragma once

#include <functional>
#include <map>

#include "myna/core/mutex.hpp"
#include "readers/channel/shared_reader.hpp"
#include "readers/core/reader_machine.hpp"
#include "readers/core/usb_trace.hpp"
#include "usb_devices.hpp"

namespace myna::readers {

// Opens a CCID reader; see host/ccid_host.hpp. Only an executable can host libccid.
using CcidHost = std::function<Result<std::unique_ptr<CardReader>>(const UsbReader&)>;

struct UsbOptions {
  std::chrono::milliseconds deadline = std::chrono::seconds(10);   // for a card that another thread holds
  BitRateChoice bit_rate = BitRateChoice::k106;
  TraceSink trace{};
  CcidHost ccid{};   // without it, CCID readers are not listed
};

// The readers that this process holds. Thread-safe.
class UsbReaders {
 public:
  explicit UsbReaders(UsbOptions options) : options_(std::move(options)) {}

  // Opens what is new, forgets what has gone. A reader that cannot be opened is listed as unusable.
  std::vector<ReaderInfo> look();
  // Errors: reader_unknown, reader_unusable, those of SharedReader::open.
  Result<std::unique_ptr<CardChannel>> open(const std::string& name);

 private:
  struct Place {
    UsbReader device;
    std::shared_ptr<SharedReader> lane;   // none while it cannot be opened
  };
  Result<std::unique_ptr<CardReader>> open_device(const UsbReader& device) const;
  void look_for_devices() MYNA_REQUIRES(mutex_);
  static ReaderInfo info_of(Place& place);

  UsbOptions options_;
  Mutex mutex_;
  std::map<std::string, Place> places_ MYNA_GUARDED_BY(mutex_);   // by name
};

// One view of them, with its own stream of events. Owns no thread: wait() looks at the readers every 100 ms.
class UsbBackend final : public ReaderBackend {
 public:
  explicit UsbBackend(std::shared_ptr<UsbReaders> readers) : readers_(std::move(readers)) {}

  Result<std::vector<ReaderInfo>> readers() override { return reported_ = readers_->look(); }
  Result<std::unique_ptr<CardChannel>> open(const ReaderInfo& reader) override { return readers_->open(reader.name); }
  Result<ReaderEvent> wait(std::stop_token stop, std::chrono::milliseconds at_most) override;

 private:
  std::shared_ptr<UsbReaders> readers_;
  std::vector<ReaderInfo> reported_;
};

}  // namespace myna::readers
