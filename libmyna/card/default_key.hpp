// SPDX-License-Identifier: Apache-2.0
// The key of an application that answers without a PIN (CARD.md 5: P2 = 00).
#pragma once

#include "myna/card_transaction.hpp"

namespace myna {

// `80 2A 00 00` with a DigestInfo: 256 bytes of PKCS#1 v1.5. Errors: unexpected_status (no such key), malformed.
inline Result<Bytes> sign_with_default_key(CardTransaction& transaction, ByteView digest_info) {
  constexpr Header kSign{0x80, ins::kPerformSecurityOperation, 0x00, 0x00};
  MYNA_TRY(const auto command, CommandApdu::case4(kSign, digest_info, Le::short_max()));
  MYNA_TRY(const auto answer, transaction.transmit(command));
  if (!answer.ok()) return fail(Errc::unexpected_status, answer.sw());
  return Bytes(answer.data().begin(), answer.data().end());
}

}  // namespace myna
