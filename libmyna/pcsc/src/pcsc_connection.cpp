// SPDX-License-Identifier: Apache-2.0
#include "pcsc_connection.hpp"

#include <utility>

#include "left_behind.hpp"

namespace myna::pcsc {
namespace {

Result<Connection> connect_now(const std::string& reader) {
  MYNA_TRY(Context context, Context::establish());
  SCARDHANDLE card = 0;
  DWORD protocol = 0;
  MYNA_CHECK(check(SCardConnect(context.handle(), reader.c_str(), SCARD_SHARE_SHARED, kProtocols, &card, &protocol)));
  return Connection(std::move(context), card, protocol);
}

}  // namespace

Connection::Connection(Connection&& other) noexcept
    : context_(std::move(other.context_)), card_(other.card_), protocol_(other.protocol_),
      connected_(std::exchange(other.connected_, false)) {}

Connection::~Connection() {
  if (connected_) SCardDisconnect(card_, SCARD_LEAVE_CARD);
}

Result<Connection> connect_within(const std::string& reader, std::chrono::milliseconds deadline) {
  // closes itself
  auto connected = within<Result<Connection>>(deadline, [reader] { return connect_now(reader); }, [](Result<Connection>) {});
  if (!connected) return fail(Errc::card_busy);
  return *std::move(connected);
}

}  // namespace myna::pcsc
