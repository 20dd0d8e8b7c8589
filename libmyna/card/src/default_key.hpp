// SPDX-License-Identifier: Apache-2.0
// The key of an application that answers without a PIN (docs/card/jpki.md, "Signature command", P2 = 00).
#pragma once

#include "myna/card/card_transaction.hpp"

namespace myna {

inline constexpr Byte kPkcs1Payload = 0x00;
inline constexpr Byte kPssOfSha256 = 0x04;

// `80 2A P1 00`: 256 bytes of PKCS#1 v1.5 over a DigestInfo, or of PSS over a hash. Errors: unexpected_status (no such key or scheme).
inline Result<Bytes> sign_with_default_key(CardTransaction& transaction, ByteView data, Byte scheme = kPkcs1Payload) {
  MYNA_TRY(const auto command, CommandApdu::case4({0x80, ins::kPerformSecurityOperation, scheme, 0x00}, data, Le::short_max()));
  MYNA_TRY(const auto answer, transaction.transmit(command));
  if (!answer.ok()) return fail(Errc::unexpected_status, answer.sw());
  return Bytes(answer.data().begin(), answer.data().end());
}

}  // namespace myna
