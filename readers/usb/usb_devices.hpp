// SPDX-License-Identifier: Apache-2.0
// The readers that are plugged in, as the kernel lists them in sysfs. Nothing is opened.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "readers/core/devices.hpp"

namespace myna::readers {

struct UsbReader {
  std::string name;                 // "Sony PaSoRi RC-S380/S [usb:1-2]": the port is where it is plugged in
  std::uint16_t vendor = 0, product = 0;
  Chip chip = Chip::ccid;
  int bus = 0, address = 0;
  int interface = 0;                // that speaks to cards
  std::filesystem::path node;       // /dev/bus/usb/001/002
  std::string driver;               // of that interface: "", "usbfs" (some program holds it), "port100", ...
  bool may_open = false;            // this process may read and write the node
  bool operator==(const UsbReader&) const = default;
};

// The readers of devices.def, and every device with an interface of the smart card class (0B).
std::vector<UsbReader> find_usb_readers();

}  // namespace myna::readers
