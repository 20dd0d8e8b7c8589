// SPDX-License-Identifier: Apache-2.0
// What IFDHGetCapabilities answers (docs/card/readers.md, "Tags").
#pragma once

#include <optional>

#include "lun_table.hpp"

namespace myna::readers::ifd {

// Nothing for a tag that we do not know. Pointers to functions are in there as bytes.
std::optional<Bytes> capability(LunReader& slot, DWORD tag);

// Looks at the card until something changed, the time is up, or it is woken. IFD_SUCCESS makes pcscd look.
RESPONSECODE poll_card(DWORD lun, int milliseconds) noexcept;
RESPONSECODE stop_polling(DWORD lun) noexcept;

LunTable& slots();

}  // namespace myna::readers::ifd
