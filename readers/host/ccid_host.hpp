// SPDX-License-Identifier: Apache-2.0
// Debian's libccid inside this process: every CCID reader without pcscd. Works only in an executable that exports log_msg and log_xxd,
// which libccid calls (link myna_readers_host, it does that). No CCID driver of our own: libccid is kept well and knows 560 readers.
#pragma once

#include "readers/core/card_reader.hpp"
#include "readers/usb/usb_devices.hpp"

namespace myna::readers {

// Errors: reader_unusable when libccid is not installed or does not get the reader (held by pcscd, no permission).
Result<std::unique_ptr<CardReader>> open_ccid_reader(const UsbReader& device);

}  // namespace myna::readers
