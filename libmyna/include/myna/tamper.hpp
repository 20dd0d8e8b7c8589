// SPDX-License-Identifier: Apache-2.0
// What a forger would do to a card, done to a virtual one: to see that it is found out.
#pragma once

#include <optional>
#include <string_view>

#include "myna/card_image.hpp"
#include "myna/result.hpp"

namespace myna {

enum class Tampering : std::uint8_t {
  photo,       // another face in the card face
  name,        // another name in the resident's data
  number,      // another 個人番号, and its hash in the record adapted
  signature,   // the signatures of the hash record and of the card face
  expiry,      // a later expiry on the card face
  clone,       // everything copied to a card that has other keys
};
std::optional<Tampering> tampering_by_name(std::string_view name) noexcept;

// Errors: file_absent (the card does not hold it), malformed, crypto_failed.
Status tamper(CardImage& image, Tampering what);

}  // namespace myna
