// SPDX-License-Identifier: Apache-2.0
// The keys behind the records of the text and surface applications, and the certificates for them (docs/card/records.md).
#pragma once

#include "certificate_builder.hpp"
#include "myna/card/card_image.hpp"
#include "myna/crypto/crypto.hpp"

namespace myna {

struct CardKey {
  KeyPair pair;
  Bytes object;   // 265 bytes: 90 03 exponent, 91 820100 modulus
};
Result<CardKey> make_card_key();

// PKCS#1 v1.5 over the SHA-256 DigestInfo of `data`: 256 bytes.
Result<Bytes> sign_record(const CardKey& key, ByteView data);
// The same over three digests of 32 bytes behind one another, named SHA-256 nevertheless (docs/card/records.md).
Result<Bytes> sign_digests(const CardKey& key, ByteView digests);

// The three chains of the card (docs/card/records.md, "Card-verifiable certificate"), each with an issuer id of its own.
enum class CvChain : std::uint8_t { card, surface, text };

// 568 bytes: the key, certified by the test issuer of this project.
Result<Bytes> certify(CvChain chain, const CardKey& key);

// Seven digits, 08 05, three digits, four bytes.
Bytes key_id(std::string_view seven_digits, std::string_view three_digits, std::uint32_t number);

}  // namespace myna
