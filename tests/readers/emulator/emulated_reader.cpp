// SPDX-License-Identifier: Apache-2.0
// emulated_reader [--control SOCKET] READER... -- COMMAND...
//   Runs COMMAND on a machine whose only USB devices are these readers (rc-s380 or rc-s300), with no card on them. What to do with them is
//   said on
//   the control socket, a line each, answered by a line:
//     put N DIR      lays the virtual card of a directory on reader N (1, 2, ...)
//     put N DIR MS   ... whose signature takes so many milliseconds
//     take N         takes it away
//     card N FWI EXTENSIONS   what the next card on reader N is like: its waiting time, and extensions that it asks for besides (rc-s380)
//     swap N BLOCK DIR   so many blocks from now the card of that directory lies there instead (rc-s380)
//     both N DIR DIR   two cards at once; alone N takes the second away (rc-s380)
//     unplug N | plug N
//     air N BLOCK FAULT | usb N COMMAND FAULT    a fault so many blocks or commands from now (rc-s380)
//     garbage N      what a killed program left behind (rc-s380)
//     count N        blocks on the air so far
//     time N         microseconds so far: of the air, of the card (rc-s380)
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>

#include "event_loop.hpp"
#include "umock_device.hpp"

using namespace myna::emulator;

namespace {

constexpr const char* kPreload = "libumockdev-preload.so.0";
constexpr const char* kHub =
    "P: /devices/pci0000:00/0000:00:14.0/usb1\nN: bus/usb/001/001\nE: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\nE: BUSNUM=001\nE: DEVNUM=001\n"
    "A: busnum=1\\n\nA: devnum=1\\n\nA: speed=480\\n\nA: bConfigurationValue=1\\n\nA: bNumConfigurations=1\\n\nA: idVendor=1d6b\\n\nA: "
    "idProduct=0002\\n\n"
    "H: descriptors=1201000209000140"
    "6B1D020002060302010109021900010100E0000904000001090000000705810304000C\n";

// Never freed: its thread may still have clients (docs/card/readers.md, "Emulated readers").
UMockdevTestbed* make_testbed() {
  UMockdevTestbed* testbed = umockdev_testbed_new();
  if (!umockdev_testbed_add_from_string(testbed, kHub, nullptr)) std::abort();
  return testbed;
}

}  // namespace

int main(int argc, char** argv) {
  // Events of the testbed are sent by the preloaded library, so it must be here too.
  if (std::getenv("LD_PRELOAD") == nullptr) {
    ::setenv("LD_PRELOAD", kPreload, 1);
    ::execv("/proc/self/exe", argv);
    return 127;
  }
  UMockdevTestbed* testbed = make_testbed();
  int next_number = 2;
  // kept for ever, see there
  ReaderSet readers([&](UsbModel& model, int port) -> Attachment& { return *new UmockDevice(testbed, model, port, next_number++); });
  std::optional<ControlSocket> control;
  int at = 1;
  for (; at < argc && std::strcmp(argv[at], "--") != 0; ++at) {
    if (std::strcmp(argv[at], "--control") == 0 && at + 1 < argc) control.emplace(argv[++at], readers);
    else readers.add(argv[at]);
  }
  if (at + 1 >= argc) return 2;
  g_autofree gchar* root = umockdev_testbed_get_root_dir(testbed);
  ::setenv("UMOCKDEV_DIR", root, 1);
  std::vector<EventSource*> sources;
  if (control) sources.push_back(&*control);
  const int code = run_command(argv + at + 1, sources);
  std::error_code ignored;
  std::filesystem::remove_all(root, ignored);
  std::fflush(nullptr);
  ::_exit(code);
}
