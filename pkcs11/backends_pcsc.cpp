// SPDX-License-Identifier: Apache-2.0
// The readers of pcscd; or, with reader=usb:, RC-S380s that are plugged in. No other reader without pcscd: hosting libccid takes an
// executable.
#include "myna/pcsc/pcsc_backend.hpp"
#include "pkcs11/model/module.hpp"
#include "readers/usb/usb_backend.hpp"

namespace myna::p11 {
namespace {

class PcscSource final : public BackendSource {
 public:
  void add_to(ReaderHub& hub) override { hub.add(make_pcsc_backend({.pins_end = aid::kPinsEnd})); }
};

class UsbSource final : public BackendSource {
 public:
  void add_to(ReaderHub& hub) override { hub.add(std::make_unique<readers::UsbBackend>(readers_)); }

 private:
  std::shared_ptr<readers::UsbReaders> readers_ = std::make_shared<readers::UsbReaders>(readers::UsbOptions{});
};

}  // namespace

std::unique_ptr<BackendSource> make_backend_source(const Config& config) {
  if (config.usb) return std::make_unique<UsbSource>();
  return std::make_unique<PcscSource>();
}

}  // namespace myna::p11
