// SPDX-License-Identifier: Apache-2.0
// The algorithms of JWS that are made and accepted (RFC 7518, 3.1): RSA only, none with a shared secret, and not "none".
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "myna/crypto/crypto.hpp"

namespace myna {

struct JwsAlgorithm {
  std::string_view name;
  Digest digest;
  bool pss;
};
inline constexpr std::array kJwsAlgorithms{
    JwsAlgorithm{.name = "RS256", .digest = Digest::sha256, .pss = false}, JwsAlgorithm{.name = "RS384", .digest = Digest::sha384,
                                                                                        .pss = false},
    JwsAlgorithm{.name = "RS512", .digest = Digest::sha512, .pss = false}, JwsAlgorithm{.name = "PS256", .digest = Digest::sha256,
                                                                                        .pss = true},
};

// nullptr: none.
inline const JwsAlgorithm* jws_algorithm(Digest digest, bool pss) {
  const auto row = std::ranges::find_if(kJwsAlgorithms, [=](const JwsAlgorithm& a) { return a.digest == digest && a.pss == pss; });
  return row == kJwsAlgorithms.end() ? nullptr : &*row;
}
inline const JwsAlgorithm* jws_algorithm(std::string_view name) {
  const auto row = std::ranges::find(kJwsAlgorithms, name, &JwsAlgorithm::name);
  return row == kJwsAlgorithms.end() ? nullptr : &*row;
}

// Errc::signature_mismatch.
inline Status verify_jws_value(const PublicKey& key, const JwsAlgorithm& algorithm, ByteView hash, ByteView signature) {
  if (algorithm.pss) return key.verify_pss_sha256(hash, signature);
  MYNA_TRY(const Bytes info, digest_info(algorithm.digest, hash));
  return key.verify_pkcs1(info, signature);
}

}  // namespace myna
