// SPDX-License-Identifier: Apache-2.0
#include "script_channel.hpp"

#include <catch2/catch.hpp>

#include "myna/core/hex.hpp"

namespace myna::test {

ScriptChannel::~ScriptChannel() {
  CHECK(next_ == steps_.size());
  CHECK_FALSE(locked_);
}

Status ScriptChannel::lock() {
  REQUIRE_FALSE(locked_);
  locked_ = true;
  return {};
}

void ScriptChannel::unlock(EndAction action) noexcept {
  locked_ = false;
  if (action == EndAction::power_off) ++resets_;
  endings.push_back(action);
}

Result<ResponseApdu> ScriptChannel::exchange(ByteView command) {
  REQUIRE(locked_);
  INFO("command " << to_hex(command));
  REQUIRE(next_ < steps_.size());
  const Step& step = steps_[next_++];
  INFO("step " << next_ << ": " << step.why);
  CHECK(to_hex(command) == to_hex(*from_hex(step.command)));
  if (step.answer == kLinkLost) return fail(Errc::link_lost);
  if (step.answer == kRemoved) return fail(Errc::card_removed);
  if (step.answer == kResetMeanwhile) {
    ++resets_;
    return ResponseApdu::parse(*from_hex("9000"));
  }
  return ResponseApdu::parse(*from_hex(step.answer));
}

}  // namespace myna::test
