// SPDX-License-Identifier: Apache-2.0
// For tests/bench/reader: our driver, but it does not tell pcscd of its polling function, so that pcscd looks every 400 ms by itself. pcscd
// finds the other nine functions in the real driver, which this library needs.
#include <dlfcn.h>

extern "C" {
#include <ifdhandler.h>

RESPONSECODE IFDHGetCapabilities(DWORD lun, DWORD tag, PDWORD length, PUCHAR value) {
  constexpr DWORD kPollingWithTimeout = 0x0FB3;
  static const auto real = reinterpret_cast<decltype(&IFDHGetCapabilities)>(dlsym(RTLD_NEXT, "IFDHGetCapabilities"));
  if (tag != kPollingWithTimeout && real != nullptr) return real(lun, tag, length, value);
  *length = 0;
  return IFD_ERROR_TAG;
}
}
