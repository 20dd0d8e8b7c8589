// SPDX-License-Identifier: Apache-2.0
// The certificates of JPKI, and what a service may keep of one.
#pragma once

#include <optional>
#include <string>

#include "myna/crypto/crypto.hpp"
#include "myna/use_cases/card_policy.hpp"

namespace myna {

struct CertificateRequest {
  CertificateKind kind{};
  std::optional<Pin> pin{};      // where the card asks for one
  bool insist = false;           // ask whether the card holds it before the PIN is sent
};

// DER. Errors: certificate_absent, access_denied (a PIN is needed and none was given), malformed, those of VERIFY and of the card.
Result<SecretBytes> read_certificate(MyNumberCard& card, CertificateRequest&& request, const CardPolicy& policy);

// 64 hexadecimal digits: HMAC-SHA-256 of the issuer's key identifier and the serial number, the same for every visit with one certificate,
// and unlinkable for whoever has another key or none.
std::string link_of(ByteView key, const CertificateFields& certificate);

}  // namespace myna
