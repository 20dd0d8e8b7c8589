// SPDX-License-Identifier: Apache-2.0
#include "stoppable_channel.hpp"

namespace myna::kiosk {

// SELECT of an application passes: it is how a PIN is closed.
Result<ResponseApdu> StoppableChannel::exchange(ByteView command) {
  const bool selects = command.size() > 2 && command[1] == ins::kSelect && command[2] == 0x04;
  if (stop_->token.stop_requested() && !selects) return fail(Errc::cancelled);
  return inner_->exchange(command);
}

}  // namespace myna::kiosk
