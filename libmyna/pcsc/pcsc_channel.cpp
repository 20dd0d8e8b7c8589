// SPDX-License-Identifier: Apache-2.0
#include "pcsc_channel.hpp"

#include <reader.h>

#include <algorithm>
#include <array>
#include <thread>

namespace myna::pcsc {
namespace {

constexpr std::size_t kShortResponse = 256;
constexpr std::size_t kMaxResponse = 65536 + 2;
constexpr std::chrono::milliseconds kAskAgain{20};
constexpr int kMaxReconnects = 3;

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

PcscChannel::PcscChannel(Connection connection, std::chrono::milliseconds deadline)
    : connection_(std::move(connection)), deadline_(deadline), max_response_data_(read_max_response(connection_.card())) {}

// SCardBeginTransaction waits for ever while another program holds the card; SCardGetAttrib answers at once with a
// sharing violation. Any other answer means free (tried with pcscd 1.9.9).
Status PcscChannel::wait_until_free() const {
  const auto end = std::chrono::steady_clock::now() + deadline_;
  while (true) {
    DWORD length = 0;
    const LONG answer = SCardGetAttrib(connection_.card(), SCARD_ATTR_ATR_STRING, nullptr, &length);
    if (answer != static_cast<LONG>(SCARD_E_SHARING_VIOLATION)) return {};
    if (std::chrono::steady_clock::now() >= end) return fail_native(Errc::card_busy, answer);
    std::this_thread::sleep_for(kAskAgain);   // pcscd offers no event for the end of a transaction
  }
}

Status PcscChannel::reconnect(DWORD initialisation) {
  MYNA_CHECK(wait_until_free());
  DWORD protocol = 0;
  MYNA_CHECK(gone_is_removed(
      check(SCardReconnect(connection_.card(), SCARD_SHARE_SHARED, kProtocols, initialisation, &protocol))));
  connection_.set_protocol(protocol);
  return {};
}

Status PcscChannel::begin() {
  MYNA_CHECK(wait_until_free());
  return gone_is_removed(check(SCardBeginTransaction(connection_.card())));
}

// pcsc-lite marks every handle when the card was reset, our own too: reconnect and say so by resets().
Status PcscChannel::lock() {
  if (unpowered_) {
    MYNA_CHECK(reconnect(SCARD_RESET_CARD));
    unpowered_ = false;
  }
  for (int attempt = 0; attempt < kMaxReconnects; ++attempt) {
    const Status begun = begin();
    if (begun || begun.error().code != Errc::card_changed) return begun;
    ++resets_;
    MYNA_CHECK(reconnect(SCARD_LEAVE_CARD));
  }
  return fail(Errc::link_lost);
}

void PcscChannel::unlock(EndAction action) noexcept {
  if (action == EndAction::leave) {
    SCardEndTransaction(connection_.card(), SCARD_LEAVE_CARD);
    return;
  }
  ++resets_;
  unpowered_ = true;
  // After a foreign reset the handle is no longer in a transaction: the power goes by way of a reconnect.
  if (SCardEndTransaction(connection_.card(), SCARD_UNPOWER_CARD) != SCARD_S_SUCCESS) {
    (void)reconnect(SCARD_UNPOWER_CARD);
  }
}

// vpcd reports a card that vanished as success with 0 bytes.
Error PcscChannel::explain_silence() const {
  DWORD state = 0;
  const Status asked = check(SCardStatus(connection_.card(), nullptr, nullptr, &state, nullptr, nullptr, nullptr));
  const bool gone = asked ? (state & SCARD_ABSENT) != 0 : asked.error().code != Errc::link_lost;
  return Error{.code = gone ? Errc::card_removed : Errc::link_lost};
}

Result<ResponseApdu> PcscChannel::exchange(ByteView command) {
  const SCARD_IO_REQUEST* protocol = connection_.protocol() == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
  Bytes buffer(kMaxResponse);
  DWORD length = static_cast<DWORD>(buffer.size());
  const Status sent = gone_is_removed(check(
      SCardTransmit(connection_.card(), protocol, command.data(), command.size(), nullptr, buffer.data(), &length)));
  const SecretBytes answer(ByteView(buffer).first(sent ? length : 0));
  wipe(buffer.data(), buffer.size());
  if (!sent && sent.error().code == Errc::card_changed) ++resets_;
  if (!sent) return Unexpected(sent.error());
  if (answer.size() < 2) return Unexpected(explain_silence());
  return ResponseApdu::parse(answer.view());
}

}  // namespace myna::pcsc
