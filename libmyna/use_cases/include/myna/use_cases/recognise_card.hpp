// SPDX-License-Identifier: Apache-2.0
// Which card lies there.
#pragma once

#include "myna/card/my_number_card.hpp"
#include "myna/trust/authenticity.hpp"

namespace myna {

// Never shown.
struct Recognition {
  const CardProfile* profile = nullptr;
  // Issuer and serial number of the authentication certificate; without one, label and serial of the token; without either, random.
  Bytes identity{};
  Challenge live{};   // answered by the key of the text application, which asks for no PIN; without an answer where there is no such key
};

// 5 commands; 1 for a foreign card. The same challenge has the same answer (PKCS#1 v1.5), so it tells a card from a copy of its files.
// Errors: card_foreign, those of the card.
Result<Recognition> recognise_card(MyNumberCard& card, const Challenge& challenge);

}  // namespace myna
