// SPDX-License-Identifier: Apache-2.0
// A channel whose commands can be called off between two of them.
#pragma once

#include <memory>
#include <stop_token>

#include "myna/ports/card_channel.hpp"

namespace myna::kiosk {

// Whoever runs operations says which token counts now.
struct StopSwitch {
  std::stop_token token{};
};

class StoppableChannel final : public CardChannel {
 public:
  // `stop` must outlive the channel.
  StoppableChannel(std::unique_ptr<CardChannel> inner, const StopSwitch& stop) : inner_(std::move(inner)), stop_(&stop) {}

  Status lock() override { return stop_->token.stop_requested() ? Status{fail(Errc::cancelled)} : inner_->lock(); }
  void unlock(EndAction action) noexcept override { inner_->unlock(action); }
  Result<ResponseApdu> exchange(ByteView command) override;
  std::uint32_t resets() const noexcept override { return inner_->resets(); }
  std::size_t max_response_data() const noexcept override { return inner_->max_response_data(); }

 private:
  std::unique_ptr<CardChannel> inner_;
  const StopSwitch* stop_;
};

}  // namespace myna::kiosk
