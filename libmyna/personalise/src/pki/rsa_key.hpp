// SPDX-License-Identifier: Apache-2.0
// RSA keys for virtual cards: eleven to a card.
#pragma once

#include <openssl/evp.h>

#include <memory>

#include "myna/core/bytes.hpp"
#include "myna/core/result.hpp"

namespace myna {

struct KeyPair {
  std::shared_ptr<EVP_PKEY> key;
  Bytes pkcs8;
};

// RSA-2048 with e = 65537. Errors: crypto_failed.
Result<KeyPair> generate_rsa_2048();

}  // namespace myna
