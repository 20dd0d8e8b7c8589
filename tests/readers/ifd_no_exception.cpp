// SPDX-License-Identifier: Apache-2.0
// Memory runs out at the first, second, third ... allocation of each of the driver's functions, on an emulated reader with a card: none of
// them lets an exception out (pcscd is C: it would end), each fails with an answer, and afterwards the reader works. usage:
// ifd_no_exception
#include "readers/ifd/ifdhandler.hpp"

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <new>

namespace {

// Allocations until one fails; negative: none does. Of this thread: libusb has its own, and uses malloc anyway.
thread_local long left = -1;

}  // namespace

void* operator new(std::size_t size) {
  if (left == 0) throw std::bad_alloc();
  if (left > 0) --left;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

constexpr DWORD kLun = 0;
unsigned failures = 0;

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "FAILED: %s\n", what);
  std::_Exit(1);
}

struct Call {
  const char* name;
  std::function<RESPONSECODE()> make;
  std::function<void()> before = [] {}, after = [] {};
};

std::array<UCHAR, 300> buffer;
DWORD length = 0;

RESPONSECODE create() {
  char name[] = "usb:054c/06c1:libudev:0:/dev/bus/usb/001/002";
  return IFDHCreateChannelByName(kLun, name);
}

RESPONSECODE power(DWORD action) {
  length = MAX_ATR_SIZE;
  return IFDHPowerICC(kLun, action, buffer.data(), &length);
}

RESPONSECODE transmit() {
  std::array<UCHAR, 15> select{0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01};
  length = buffer.size();
  return IFDHTransmitToICC(kLun, SCARD_IO_HEADER{1, 0}, select.data(), select.size(), buffer.data(), &length, nullptr);
}

RESPONSECODE capability(DWORD tag) {
  length = buffer.size();
  return IFDHGetCapabilities(kLun, tag, &length, buffer.data());
}

void ready() {
  (void)IFDHICCPresence(kLun);
  (void)IFDHICCPresence(kLun);
  require(power(IFD_POWER_UP) == IFD_SUCCESS, "power up");
}

// Fails at each allocation in turn, until the call needs no more of them.
void sweep(const Call& call) {
  for (long n = 0;; ++n) {
    require(n < 2000, "a call that never needs less");
    call.before();
    length = 0;
    bool escaped = false;
    RESPONSECODE code = IFD_SUCCESS;
    left = n;
    try {
      code = call.make();
    } catch (...) {
      escaped = true;
    }
    const bool ran_out = left == 0;
    left = -1;
    require(!escaped, call.name);
    if (code != IFD_SUCCESS && ran_out) ++failures;
    call.after();
    if (!ran_out) return;
  }
}

}  // namespace

int main() {
  const auto close = [] { (void)IFDHCloseChannel(kLun); };
  sweep({"SetProtocolParameters, before anything", [] { return IFDHSetProtocolParameters(kLun, 2, 0, 0, 0, 0); }});
  sweep({"CreateChannel", [] { return IFDHCreateChannel(kLun, 0); }});
  sweep({"CreateChannelByName", create, [] {}, close});
  require(create() == IFD_SUCCESS, "create");
  sweep({"ICCPresence",
         [] { return IFDHICCPresence(kLun) == IFD_ICC_PRESENT ? RESPONSECODE{IFD_SUCCESS} : RESPONSECODE{IFD_COMMUNICATION_ERROR}; }});
  sweep({"power up", [] { return power(IFD_POWER_UP); }, [] { (void)power(IFD_POWER_DOWN); }});
  sweep({"reset", [] { return power(IFD_RESET); }, ready});
  sweep({"power down", [] { return power(IFD_POWER_DOWN); }, ready});
  sweep({"TransmitToICC", transmit, ready});
  for (const DWORD tag : {DWORD{TAG_IFD_ATR}, DWORD{0x0FB3}, DWORD{0x00010100}, DWORD{0x00010101}, DWORD{0x12345}}) {
    sweep({"GetCapabilities", [tag] { return capability(tag); }, ready});
  }
  sweep({"Control", [] { return IFDHControl(kLun, 0x42000D48, nullptr, 0, buffer.data(), buffer.size(), &length); }});
  sweep({"SetCapabilities", [] { return IFDHSetCapabilities(kLun, 0x12345, 0, nullptr); }});
  ready();
  require(transmit() == IFD_SUCCESS && length == 2, "usable afterwards");
  sweep({"CloseChannel", [] { return IFDHCloseChannel(kLun); }, [] { (void)create(); }});
  std::printf("%u calls failed for want of memory, and no exception left\n", failures);
  require(failures > 50, "memory did run out");
  return 0;
}
