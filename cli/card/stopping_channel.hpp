// SPDX-License-Identifier: Apache-2.0
// A channel that, when the end was asked for, lets pass only what closes the card. Between lock and unlock the program is not ended from
// outside.
#pragma once

#include <memory>
#include <optional>

#include "cli/terminal/interruption.hpp"
#include "myna/ports/card_channel.hpp"

namespace myna::cli {

class StoppingChannel final : public CardChannel {
 public:
  StoppingChannel(std::unique_ptr<CardChannel> inner, std::stop_token stop) : inner_(std::move(inner)), stop_(std::move(stop)) {}

  Status lock() override;
  void unlock(EndAction action) noexcept override;
  // Errors: those of the channel inside, and cancelled: the command was not sent.
  Result<ResponseApdu> exchange(ByteView command) override;
  std::uint32_t resets() const noexcept override { return inner_->resets(); }
  std::size_t max_response_data() const noexcept override { return inner_->max_response_data(); }

 private:
  std::unique_ptr<CardChannel> inner_;
  std::stop_token stop_;
  std::optional<CardInUse> in_use_;
};

}  // namespace myna::cli
