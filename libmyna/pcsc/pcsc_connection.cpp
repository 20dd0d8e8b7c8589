// SPDX-License-Identifier: Apache-2.0
#include "pcsc_connection.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace myna::pcsc {
namespace {

struct Meeting {
  std::mutex mutex;
  std::condition_variable arrived;
  std::optional<Result<Connection>> result;
  bool given_up = false;
};

Result<Connection> connect_now(const std::string& reader) {
  MYNA_TRY(Context context, Context::establish());
  SCARDHANDLE card = 0;
  DWORD protocol = 0;
  MYNA_CHECK(check(SCardConnect(context.handle(), reader.c_str(), SCARD_SHARE_SHARED, kProtocols, &card, &protocol)));
  return Connection(std::move(context), card, protocol);
}

void work(const std::shared_ptr<Meeting>& meeting, const std::string& reader) {
  auto result = connect_now(reader);
  const std::lock_guard lock(meeting->mutex);
  if (meeting->given_up) return;   // `result` closes itself
  meeting->result.emplace(std::move(result));
  meeting->arrived.notify_one();
}

}  // namespace

Connection::Connection(Connection&& other) noexcept
    : context_(std::move(other.context_)), card_(other.card_), protocol_(other.protocol_),
      connected_(std::exchange(other.connected_, false)) {}

Connection::~Connection() {
  if (connected_) SCardDisconnect(card_, SCARD_LEAVE_CARD);
}

Result<Connection> connect_within(const std::string& reader, std::chrono::milliseconds deadline) {
  const auto meeting = std::make_shared<Meeting>();
  std::thread([meeting, reader] { work(meeting, reader); }).detach();
  std::unique_lock lock(meeting->mutex);
  const bool in_time = meeting->arrived.wait_for(lock, deadline, [&meeting] { return meeting->result.has_value(); });
  if (in_time) return std::move(*meeting->result);
  meeting->given_up = true;
  return fail(Errc::card_busy);
}

}  // namespace myna::pcsc
