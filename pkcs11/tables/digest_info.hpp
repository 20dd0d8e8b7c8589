// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "myna/crypto/crypto.hpp"

namespace myna::p11 {

// True for a complete DER DigestInfo of SHA-1 or SHA-2 around a hash of its length (RFC 8017, 9.2).
inline bool is_digest_info(ByteView data) {
  for (const Digest digest : {Digest::sha1, Digest::sha224, Digest::sha256, Digest::sha384, Digest::sha512}) {
    const std::size_t size = digest_bytes(digest);
    if (data.size() <= size) continue;
    const auto whole = digest_info(digest, data.last(size));
    if (whole && equal(*whole, data)) return true;
  }
  return false;
}

}  // namespace myna::p11
