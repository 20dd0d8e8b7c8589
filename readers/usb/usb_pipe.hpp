// SPDX-License-Identifier: Apache-2.0
// The bulk endpoints of one reader, through libusb.
#pragma once

#include <memory>

#include "readers/core/pipe.hpp"

namespace myna::readers {

class SystemClock final : public Clock {
 public:
  TimePoint now() override;
  void sleep(Duration time) override;
};

// Opens the device and claims interface 0; a kernel driver that holds it (port100) is sent away until the pipe closes. libusb keeps a
// thread of its own for hot plug. Errors: no_reader; reader_unusable, with the libusb code: -3 no permission, -6 held by another program.
Result<std::unique_ptr<Pipe>> open_usb_pipe(int bus, int address);

}  // namespace myna::readers
