// SPDX-License-Identifier: Apache-2.0
#include "pcsc_channel.hpp"

#include <reader.h>

#include <algorithm>
#include <array>
#include <thread>

#include "left_behind.hpp"

namespace myna::pcsc {
namespace {

constexpr std::size_t kShortResponse = 256;
constexpr std::size_t kMaxResponse = 65536 + 2;
constexpr std::chrono::milliseconds kAskAgain{20};
constexpr int kMaxReconnects = 3;
constexpr std::chrono::milliseconds kLeast{200};   // what a call gets that need not wait, though the deadline is over

// PC/SC part 10, 2.2: the control code of a feature, 4 bytes big-endian behind tag and length.
DWORD feature_code(SCARDHANDLE card, Byte feature) {
  std::array<Byte, 256> list{};
  DWORD length = 0;
  if (SCardControl(card, CM_IOCTL_GET_FEATURE_REQUEST, nullptr, 0, list.data(), list.size(), &length) != SCARD_S_SUCCESS) {
    return 0;
  }
  ByteReader reader(ByteView(list).first(length));
  while (reader.remaining() >= 6) {
    const Byte tag = *reader.u8();
    const Byte size = *reader.u8();
    if (size != 4) return 0;
    const std::uint32_t code = *reader.be32();
    if (tag == feature) return code;
  }
  return 0;
}

// PC/SC part 10, 2.6.14: properties as tag, length, little-endian value.
std::size_t read_max_response(SCARDHANDLE card) {
  const DWORD code = feature_code(card, FEATURE_GET_TLV_PROPERTIES);
  std::array<Byte, 256> list{};
  DWORD length = 0;
  if (code == 0 || SCardControl(card, code, nullptr, 0, list.data(), list.size(), &length) != SCARD_S_SUCCESS) {
    return kShortResponse;
  }
  ByteReader reader(ByteView(list).first(length));
  while (reader.remaining() >= 2) {
    const Byte tag = *reader.u8();
    const auto value = reader.take(*reader.u8());
    if (!value) break;
    if (tag != PCSCv2_PART10_PROPERTY_dwMaxAPDUDataSize || value->size() != 4) continue;
    std::uint32_t size = 0;
    for (std::size_t i = 4; i-- > 0;) size = size << 8 | (*value)[i];
    return std::max<std::size_t>(size, kShortResponse);
  }
  return kShortResponse;
}

// There was a card when the channel was opened.
Status gone_is_removed(Status status) {
  if (status || status.error().code != Errc::no_card) return status;
  return fail_native(Errc::card_removed, status.error().native);
}

}  // namespace

PcscChannel::PcscChannel(std::string reader, Connection connection, std::chrono::milliseconds deadline)
    : reader_(std::move(reader)), connection_(std::make_shared<Connection>(std::move(connection))), deadline_(deadline),
      max_response_data_(read_max_response(connection_->card())) {}

bool PcscChannel::held_by_another() const {
  DWORD length = 0;
  return SCardGetAttrib(card(), SCARD_ATTR_ATR_STRING, nullptr, &length) == static_cast<LONG>(SCARD_E_SHARING_VIOLATION);
}

// Spares the others a thread that waits in pcscd, as a rule. What they do between this answer and the next call is that call's own matter.
Status PcscChannel::wait_until_free(Clock::time_point end) const {
  while (held_by_another()) {
    if (Clock::now() >= end) return fail_native(Errc::card_busy, static_cast<LONG>(SCARD_E_SHARING_VIOLATION));
    std::this_thread::sleep_for(kAskAgain);   // pcscd offers no event for the end of a transaction
  }
  return {};
}

// A call that is left takes the connection along: libpcsclite lets nobody else use its context meanwhile.
Status PcscChannel::call_until(Clock::time_point end, std::function<LONG(Connection&)> call, Late late) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
  const auto connection = connection_;
  const auto answer = within<LONG>(std::max(left, kLeast), [connection, call = std::move(call)] { return call(*connection); },
                                   [connection, late](LONG code) {
                                     if (code == SCARD_S_SUCCESS) late(connection->card());
                                   });
  if (answer) return gone_is_removed(check(*answer));
  connection_.reset();
  ++resets_;   // whatever lies there by the time of another handle
  return fail(Errc::card_busy);
}

Status PcscChannel::connect_until(Clock::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
  auto connected = connect_within(reader_, std::max(left, kLeast));
  if (!connected) return gone_is_removed(Unexpected(connected.error()));
  connection_ = std::make_shared<Connection>(*std::move(connected));
  unpowered_ = false;
  return {};
}

Status PcscChannel::reconnect(DWORD initialisation, Clock::time_point end) {
  MYNA_CHECK(wait_until_free(end));
  return call_until(end, [initialisation](Connection& connection) {
    DWORD protocol = 0;
    const LONG code = SCardReconnect(connection.card(), SCARD_SHARE_SHARED, kProtocols, initialisation, &protocol);
    if (code == SCARD_S_SUCCESS) connection.set_protocol(protocol);
    return code;
  }, [](SCARDHANDLE) {});
}

Status PcscChannel::begin(Clock::time_point end) {
  MYNA_CHECK(wait_until_free(end));
  return call_until(end, [](Connection& connection) { return SCardBeginTransaction(connection.card()); },
                    [](SCARDHANDLE card) { SCardEndTransaction(card, SCARD_LEAVE_CARD); });
}

Status PcscChannel::lock() {
  doubtful_ = false;
  return lock_until(Clock::now() + deadline_);
}

// pcsc-lite marks every handle when the card was reset, our own too: reconnect and say so by resets().
Status PcscChannel::lock_until(Clock::time_point end) {
  if (!connection_) MYNA_CHECK(connect_until(end));
  if (unpowered_) {
    MYNA_CHECK(reconnect(SCARD_RESET_CARD, end));
    unpowered_ = false;
  }
  for (int attempt = 0; attempt < kMaxReconnects; ++attempt) {
    const Status begun = begin(end);
    if (begun || begun.error().code != Errc::card_changed) return begun;
    ++resets_;
    MYNA_CHECK(reconnect(SCARD_LEAVE_CARD, end));
  }
  return fail(Errc::link_lost);
}

void PcscChannel::unlock(EndAction action) noexcept {
  if (!connection_) return;
  if (action == EndAction::leave) {
    SCardEndTransaction(card(), SCARD_LEAVE_CARD);
    return;
  }
  ++resets_;
  unpowered_ = true;
  // After a foreign reset the handle is no longer in a transaction: the power goes by way of a reconnect. One that is left comes late, and
  // closes the PIN all the same.
  if (SCardEndTransaction(card(), SCARD_UNPOWER_CARD) != SCARD_S_SUCCESS) power_off_by_reconnect();
}

void PcscChannel::power_off_by_reconnect() noexcept {
  try {
    (void)reconnect(SCARD_UNPOWER_CARD, Clock::now() + deadline_);
  } catch (...) {   // no memory for a thread: then in this one
    DWORD protocol = 0;
    SCardReconnect(card(), SCARD_SHARE_SHARED, kProtocols, SCARD_UNPOWER_CARD, &protocol);
  }
}

// vpcd reports a card that vanished as success with 0 bytes.
Error PcscChannel::explain_silence() const {
  DWORD state = 0;
  if (held_by_another()) return Error{.code = Errc::card_changed};
  const Status asked = check(SCardStatus(card(), nullptr, nullptr, &state, nullptr, nullptr, nullptr));
  const bool gone = asked ? (state & SCARD_ABSENT) != 0 : asked.error().code != Errc::link_lost;
  return Error{.code = gone ? Errc::card_removed : Errc::link_lost};
}

Result<ResponseApdu> PcscChannel::exchange(ByteView command) {
  if (!connection_) return fail(Errc::card_changed);
  // With the transaction lost, and somebody else in one, the command would wait for its end.
  if (doubtful_ && held_by_another()) return fail(Errc::card_changed);
  doubtful_ = true;
  const SCARD_IO_REQUEST* protocol = connection_->protocol() == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
  Bytes buffer(kMaxResponse);
  DWORD length = static_cast<DWORD>(buffer.size());
  const Status sent =
      gone_is_removed(check(SCardTransmit(card(), protocol, command.data(), command.size(), nullptr, buffer.data(), &length)));
  const SecretBytes answer(ByteView(buffer).first(sent ? length : 0));
  wipe(buffer.data(), buffer.size());
  if (!sent && sent.error().code == Errc::card_changed) ++resets_;
  if (!sent) return Unexpected(sent.error());
  if (answer.size() < 2) return Unexpected(explain_silence());
  doubtful_ = false;
  return ResponseApdu::parse(answer.view());
}

}  // namespace myna::pcsc
