// SPDX-License-Identifier: Apache-2.0
// A connected card, opened within a deadline.
#pragma once

#include <chrono>
#include <string>

#include "pcsc_call.hpp"

namespace myna::pcsc {

inline constexpr DWORD kProtocols = SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1;

// Disconnects with LEAVE_CARD: a reset here would disturb other programs and close nothing (docs/card/commands.md).
class Connection {
 public:
  Connection(Context context, SCARDHANDLE card, DWORD protocol) noexcept
      : context_(std::move(context)), card_(card), protocol_(protocol), connected_(true) {}
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&&) = delete;
  ~Connection();

  SCARDHANDLE card() const noexcept { return card_; }
  DWORD protocol() const noexcept { return protocol_; }
  void set_protocol(DWORD protocol) noexcept { protocol_ = protocol; }

 private:
  Context context_;
  SCARDHANDLE card_;
  DWORD protocol_;
  bool connected_;
};

// SCardConnect waits for ever while another program holds the card, in every share mode. So it runs in a worker with a
// context of its own; one that comes too late closes what it got. Errors: card_busy, those of the funnel.
Result<Connection> connect_within(const std::string& reader, std::chrono::milliseconds deadline);

}  // namespace myna::pcsc
