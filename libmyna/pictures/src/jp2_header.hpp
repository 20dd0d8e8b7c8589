// SPDX-License-Identifier: Apache-2.0
// What a JP2 file says about itself, before a decoder makes room for it.
#pragma once

#include "myna/core/bytes.hpp"
#include "myna/core/result.hpp"

namespace myna {

// One component of eight bits without a sign, within the limits of picture.hpp, in few tiles. Errc::malformed.
Status check_jp2_header(ByteView jp2);

}  // namespace myna
