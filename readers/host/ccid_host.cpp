// SPDX-License-Identifier: Apache-2.0
#include "ccid_host.hpp"

#include <dlfcn.h>
#include <pcsclite.h>

extern "C" {
#include <ifdhandler.h>
}

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>

#include "log_symbols.hpp"

namespace myna::readers {
namespace {

constexpr std::size_t kMaxResponse = 65538;

// The functions of an IFD handler that we call.
struct Handler {
  decltype(&IFDHCreateChannelByName) create = nullptr;
  decltype(&IFDHCloseChannel) close = nullptr;
  decltype(&IFDHICCPresence) presence = nullptr;
  decltype(&IFDHPowerICC) power = nullptr;
  decltype(&IFDHTransmitToICC) transmit = nullptr;
  decltype(&IFDHSetProtocolParameters) set_protocol = nullptr;
};

template <typename Function>
bool load(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

// Never unloaded: libccid keeps a libusb context of its own.
const Handler* load_handler() {
  keep_log_symbols();
  void* library = dlopen(MYNA_LIBCCID, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return nullptr;
  static Handler handler;
  const bool complete = load(library, "IFDHCreateChannelByName", handler.create) && load(library, "IFDHCloseChannel", handler.close) &&
                        load(library, "IFDHICCPresence", handler.presence) && load(library, "IFDHPowerICC", handler.power) &&
                        load(library, "IFDHTransmitToICC", handler.transmit) &&
                        load(library, "IFDHSetProtocolParameters", handler.set_protocol);
  return complete ? &handler : nullptr;
}

const Handler* handler() {
  static const Handler* const loaded = load_handler();
  return loaded;
}

// Of the protocols an ATR offers T=1 is taken; without any TD byte it is T=0 (ISO/IEC 7816-3, 8.2.3).
DWORD protocol_of(ByteView atr) {
  for (std::size_t at = 1; at < atr.size();) {
    const unsigned present = atr[at] >> 4U;
    const std::size_t td = at + static_cast<std::size_t>(__builtin_popcount(present & 7U)) + 1;
    if ((present & 8U) == 0 || td >= atr.size()) break;
    if ((atr[td] & 0x0F) == 1) return SCARD_PROTOCOL_T1;
    at = td;
  }
  return SCARD_PROTOCOL_T0;
}

Unexpected failure(RESPONSECODE code) {
  switch (code) {
    case IFD_NO_SUCH_DEVICE: return fail_native(Errc::no_reader, code);
    case IFD_ICC_NOT_PRESENT: return fail_native(Errc::card_removed, code);
    case IFD_ERROR_POWER_ACTION: return fail_native(Errc::card_unresponsive, code);
    default: return fail_native(Errc::link_lost, code);
  }
}

class CcidReader final : public CardReader {
 public:
  explicit CcidReader(DWORD lun) : lun_(lun) {}
  ~CcidReader() override { handler()->close(lun_); }

  Result<bool> card_present() override {
    const auto there = look();
    if (there && !*there) lost_ = false;
    return there;
  }

  Result<bool> look() override {
    if (lost_) return false;
    const RESPONSECODE code = handler()->presence(lun_);
    if (code == IFD_ICC_PRESENT) return true;
    if (code != IFD_ICC_NOT_PRESENT) return failure(code);
    atr_.clear();
    return false;
  }

  Result<Bytes> power_on() override {
    if (!atr_.empty()) return atr_;
    std::array<Byte, MAX_ATR_SIZE> atr{};
    DWORD length = atr.size();
    if (const auto code = handler()->power(lun_, IFD_POWER_UP, atr.data(), &length); code != IFD_SUCCESS) return failure(code);
    const ByteView answer = ByteView(atr).first(length);
    const DWORD protocol = protocol_of(answer);
    if (const auto code = handler()->set_protocol(lun_, protocol, 0, 0, 0, 0); code != IFD_SUCCESS) {
      return fail_native(Errc::card_unresponsive, code);
    }
    protocol_ = protocol;
    atr_.assign(answer.begin(), answer.end());
    return atr_;
  }

  Status power_off() override {
    atr_.clear();
    std::array<Byte, MAX_ATR_SIZE> atr{};
    DWORD length = atr.size();
    const auto code = handler()->power(lun_, IFD_POWER_DOWN, atr.data(), &length);
    return code == IFD_SUCCESS ? Status{} : Status{failure(code)};
  }

  Result<SecretBytes> exchange(ByteView apdu) override {
    if (atr_.empty()) return fail(lost_ ? Errc::card_removed : Errc::link_lost);
    const SCARD_IO_HEADER send{protocol_ == SCARD_PROTOCOL_T1 ? 1U : 0U, 0};
    SCARD_IO_HEADER receive{};
    SecretBytes command(apdu);   // the interface wants it writable
    Bytes buffer(kMaxResponse);
    DWORD length = buffer.size();
    const auto code =
        handler()->transmit(lun_, send, const_cast<Byte*>(command.view().data()), apdu.size(), buffer.data(), &length, &receive);
    SecretBytes answer(ByteView(buffer).first(code == IFD_SUCCESS ? std::min<DWORD>(length, buffer.size()) : 0));
    wipe(buffer.data(), buffer.size());
    if (code == IFD_SUCCESS) return answer;
    return lose_card(code);
  }

  Bytes atr() const override { return atr_; }

 private:
  // What the card did is not known: its state goes.
  Unexpected lose_card(RESPONSECODE code) {
    const bool there = handler()->presence(lun_) == IFD_ICC_PRESENT;
    (void)power_off();
    lost_ = true;
    if (code == IFD_NO_SUCH_DEVICE) return failure(code);
    return fail_native(there ? Errc::link_lost : Errc::card_removed, code);
  }

  DWORD lun_;
  DWORD protocol_ = SCARD_PROTOCOL_T1;
  Bytes atr_;
  bool lost_ = false;
};

std::string channel_name(const UsbReader& device) {
  char name[96];
  std::snprintf(name, sizeof name, "usb:%04x/%04x:libudev:%d:%s", device.vendor, device.product, device.interface, device.node.c_str());
  return name;
}

}  // namespace

Result<std::unique_ptr<CardReader>> open_ccid_reader(const UsbReader& device) {
  static std::atomic<DWORD> next{0};
  if (handler() == nullptr) return fail(Errc::reader_unusable);
  const DWORD lun = next++ << 16;
  std::string name = channel_name(device);
  const auto code = handler()->create(lun, name.data());
  if (code != IFD_SUCCESS) return fail_native(Errc::reader_unusable, code);
  return std::unique_ptr<CardReader>(std::make_unique<CcidReader>(lun));
}

}  // namespace myna::readers
