// SPDX-License-Identifier: Apache-2.0
// A card behind pcscd as a channel.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "myna/ports/card_channel.hpp"
#include "pcsc_connection.hpp"

namespace myna::pcsc {

// pcscd 1.9.9, while another program holds the card (measured): SCardConnect, SCardBeginTransaction, SCardReconnect, SCardStatus and
// SCardTransmit wait for ever; SCardGetAttrib, SCardControl and SCardEndTransaction answer 8010000B at once; SCardDisconnect and
// SCardReleaseContext do their work. So the first three run where they can be left, and the next two only where nobody else can hold it.
class PcscChannel final : public CardChannel {
 public:
  // No call takes much longer than the deadline, whatever other programs do.
  PcscChannel(std::string reader, Connection connection, std::chrono::milliseconds deadline);

  Status lock() override;
  void unlock(EndAction action) noexcept override;
  Result<ResponseApdu> exchange(ByteView command) override;
  std::uint32_t resets() const noexcept override { return resets_; }
  std::size_t max_response_data() const noexcept override { return max_response_data_; }

 private:
  using Clock = std::chrono::steady_clock;
  // What a call that comes too late has to put right.
  using Late = void (*)(SCARDHANDLE);

  SCARDHANDLE card() const noexcept { return connection_->card(); }
  bool held_by_another() const;
  Status wait_until_free(Clock::time_point end) const;
  Status call_until(Clock::time_point end, std::function<LONG(Connection&)> call, Late late);
  Status connect_until(Clock::time_point end);
  Status begin(Clock::time_point end);
  Status reconnect(DWORD initialisation, Clock::time_point end);
  Status lock_until(Clock::time_point end);
  void power_off_by_reconnect() noexcept;
  Error explain_silence() const;

  const std::string reader_;
  std::shared_ptr<Connection> connection_;   // none after a call that was left: that call owns it
  std::chrono::milliseconds deadline_;
  std::uint32_t resets_ = 0;
  bool unpowered_ = false;
  bool doubtful_ = false;   // the last command failed: the card may not be ours any more
  std::size_t max_response_data_;
};

}  // namespace myna::pcsc
