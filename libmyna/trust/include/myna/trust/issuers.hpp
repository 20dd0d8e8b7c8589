// SPDX-License-Identifier: Apache-2.0
// The generations of the JPKI certification authorities, pinned. Their names are equal in every generation, so only key
// identifier and fingerprint tell them apart (docs/card/certificates.md, "Authorities").
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "myna/card/card_profile.hpp"
#include "myna/core/bytes.hpp"

namespace myna {

struct IssuerGeneration {
  CertificateKind kind;                    // auth_ca or sign_ca
  std::string_view name;                   // "sign CA 03"
  std::array<Byte, 20> subject_key_id;
  std::array<Byte, 32> sha256_fingerprint; // of the whole DER
};

// Authentication CA 02 (2019, serial 0133C349) is missing: neither its key identifier nor its fingerprint is known to us.
std::span<const IssuerGeneration> issuer_generations() noexcept;

// nullptr when no generation has this key identifier or fingerprint.
const IssuerGeneration* issuer_by_key_id(ByteView key_id) noexcept;
const IssuerGeneration* issuer_by_fingerprint(ByteView sha256) noexcept;

// Whether a name, as text, is of the test hierarchy that virtual cards are made with: it proves nothing about anybody.
bool names_virtual_card(std::string_view distinguished_name) noexcept;

}  // namespace myna
