// SPDX-License-Identifier: Apache-2.0
// A recorded conversation as a channel: fails on an extra, a missing or a different command.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "myna/ports/card_channel.hpp"

namespace myna::test {

struct Step {
  std::string_view command;   // hexadecimal
  std::string_view answer;    // hexadecimal, or one of the events below
  std::string_view why = "";
};

// Instead of an answer.
inline constexpr std::string_view kLinkLost = "link-lost";
inline constexpr std::string_view kRemoved = "removed";
inline constexpr std::string_view kResetMeanwhile = "reset";   // answers 9000, but the card was reset

class ScriptChannel final : public CardChannel {
 public:
  explicit ScriptChannel(std::vector<Step> steps) : steps_(std::move(steps)) {}
  // Checks that the whole script was spoken and the card let go.
  ~ScriptChannel() override;

  Status lock() override;
  void unlock(EndAction action) noexcept override;
  Result<ResponseApdu> exchange(ByteView command) override;
  std::uint32_t resets() const noexcept override { return resets_; }

  std::vector<EndAction> endings;
  std::uint32_t resets_ = 0;

 private:
  std::vector<Step> steps_;
  std::size_t next_ = 0;
  bool locked_ = false;
};

inline constexpr Step kSelectJpki{"00A4040C0A D392F000260100000001", "9000", "SELECT the JPKI application"};
inline constexpr std::string_view kSelectText = "00A4040C0A D3921000310001010408";

}  // namespace myna::test
