// SPDX-License-Identifier: Apache-2.0
// Card-verifiable certificates (docs/card/records.md) and the issuers that are trusted for them.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "myna/core/result.hpp"
#include "myna/crypto/crypto.hpp"

namespace myna {

// An RSA key as the card writes it: 90 exponent, 91 modulus (docs/card/records.md). Errc::malformed.
Result<std::unique_ptr<PublicKey>> parse_card_key(ByteView objects);

// EF 0004 of the text and the surface application.
struct CvCertificate {
  Bytes issuer;                     // key id, 16 bytes
  Bytes subject;                    // key id, 16 bytes
  Bytes body;                       // what is signed: both ids and the key
  Bytes signature;                  // PKCS#1 v1.5, SHA-256
  std::unique_ptr<PublicKey> key;   // that signs the application's records
};
Result<CvCertificate> parse_cv_certificate(ByteView file);

// The official keys of the issuers are not published, so none is shipped: trust is configuration.
struct CvAnchor {
  Bytes issuer;                     // key id, 16 bytes
  std::shared_ptr<const PublicKey> key;
  bool is_test = false;             // of virtual cards
};

// Those of the virtual cards. Their private half is public: never trust them for a card in a real reader.
std::vector<CvAnchor> test_cv_anchors();

}  // namespace myna
