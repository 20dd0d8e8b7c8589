// SPDX-License-Identifier: Apache-2.0
// Why a reader that is plugged in cannot be used, and what to do: judged from what sysfs says, nothing is opened.
#pragma once

#include <optional>

#include "myna/core/error.hpp"
#include "usb_devices.hpp"

namespace myna::readers {

struct Trouble {
  std::string_view name;   // stable, for JSON
  Text what;
  Text advice;
};

struct UsbSurroundings {
  bool service = false;           // pcscd answers
  bool listed = false;            // ... and has this reader in its list
  bool driver_installed = false;  // pcscd has a driver for it
};

// Nothing when pcscd has the reader, or when this process may open it and pcscd is not there.
std::optional<Trouble> trouble_of(const UsbReader& reader, const UsbSurroundings& around);

}  // namespace myna::readers
