// SPDX-License-Identifier: Apache-2.0
// The mechanisms: list, information, and what is done with the data.
#pragma once

#include <optional>
#include <span>

#include "myna/crypto/crypto.hpp"
#include "myna/settings/module_config.hpp"
#include "pkcs11/cryptoki.hpp"

namespace myna::p11 {

enum class Padding : std::uint8_t { pkcs1, pss };
enum class Offered : std::uint8_t { always, with_legacy_hashes, with_pss };

struct MechanismRow {
  CK_MECHANISM_TYPE type;
  std::optional<Digest> digest;   // none: the caller gives the DigestInfo, or the hash for PSS
  Padding padding;
  Offered offered;
};

// Those that the configuration offers, PSS only with `pss`, in the order of the list. No CKM_RSA_X_509 ever: the card always pads (CARD.md
// 5).
std::vector<MechanismRow> mechanisms(const Config& config, bool pss);
std::optional<MechanismRow> mechanism(const Config& config, bool pss, CK_MECHANISM_TYPE type);

// True when the parameter is what the row wants: nothing, or SHA-256 with MGF1-SHA-256 and 32 bytes of salt.
bool has_right_parameter(const MechanismRow& row, const CK_MECHANISM& mechanism);

}  // namespace myna::p11
