// SPDX-License-Identifier: Apache-2.0
#include "stopping_channel.hpp"

#include "myna/core/apdu.hpp"

namespace myna::cli {
namespace {

constexpr Byte kByName = 0x04;

// SELECT ends the verified state of other applications (docs/card/commands.md); GET RESPONSE is the rest of an answer that is owed.
bool may_always_pass(ByteView command) {
  if (command.size() < 4) return false;
  return (command[1] == ins::kSelect && command[2] == kByName) || command[1] == ins::kGetResponse;
}

}  // namespace

Status StoppingChannel::lock() {
  if (stop_.stop_requested()) return fail(Errc::cancelled);
  MYNA_CHECK(inner_->lock());
  in_use_.emplace();
  return {};
}

void StoppingChannel::unlock(EndAction action) noexcept {
  inner_->unlock(action);
  in_use_.reset();
}

Result<ResponseApdu> StoppingChannel::exchange(ByteView command) {
  if (stop_.stop_requested() && !may_always_pass(command)) return fail(Errc::cancelled);
  return inner_->exchange(command);
}

}  // namespace myna::cli
