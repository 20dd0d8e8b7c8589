// SPDX-License-Identifier: Apache-2.0
// A holder's certificate, the CA certificate beside it on the card, and the pinned issuers.
#pragma once

#include "myna/authenticity.hpp"

namespace myna::kiosk {

// failed: not issued by it. not_proven: outside its dates, or an issuer that is not pinned. `test_issuers`: those of virtual cards count too.
Proof judge_chain(ByteView certificate, ByteView issuer, std::chrono::sys_seconds now, bool test_issuers);

}  // namespace myna::kiosk
