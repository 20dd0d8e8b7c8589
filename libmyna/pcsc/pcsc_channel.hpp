// SPDX-License-Identifier: Apache-2.0
// A card behind pcscd as a channel.
#pragma once

#include <chrono>

#include "myna/card_channel.hpp"
#include "pcsc_connection.hpp"

namespace myna::pcsc {

class PcscChannel final : public CardChannel {
 public:
  PcscChannel(Connection connection, std::chrono::milliseconds deadline);

  Status lock() override;
  void unlock(EndAction action) noexcept override;
  Result<ResponseApdu> exchange(ByteView command) override;
  std::uint32_t resets() const noexcept override { return resets_; }
  std::size_t max_response_data() const noexcept override { return max_response_data_; }

 private:
  Status wait_until_free() const;
  Status begin();
  Status reconnect(DWORD initialisation);
  Error explain_silence() const;

  Connection connection_;
  std::chrono::milliseconds deadline_;
  std::uint32_t resets_ = 0;
  bool unpowered_ = false;
  std::size_t max_response_data_;
};

}  // namespace myna::pcsc
