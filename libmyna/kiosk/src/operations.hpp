// SPDX-License-Identifier: Apache-2.0
// What a lane does with a card: recognise it, and carry out one request. Everything read is in the result or wiped.
#pragma once

#include "myna/card/my_number_card.hpp"
#include "myna/kiosk/kiosk_host.hpp"
#include "myna/trust/authenticity.hpp"

namespace myna::kiosk {

// Which card it is; never shown.
struct Recognition {
  const CardProfile* profile = nullptr;
  // Issuer and serial number of the authentication certificate; without one, label and serial of the token; without either, random.
  Bytes identity{};
  Challenge live{};   // answered by the key of the text application, which asks for no PIN; without an answer where there is no such key
};

// 5 commands; 1 for a foreign card. The same challenge has the same answer (PKCS#1 v1.5), so it tells a card from a copy of its files.
// Errors: card_foreign, those of the card.
Result<Recognition> recognise_card(MyNumberCard& card, const Challenge& challenge);

// The card of a session and what its kiosk is told.
struct Counter {
  MyNumberCard& card;
  const Recognition& recognition;
  const Options& options;
  bool is_virtual = false;
};

// Errors: card_foreign and file_absent (this card has no such data), certificate_absent, signature_mismatch, those of VERIFY and of the
// card.
Result<Held> perform(Counter& counter, const Request& request);

// Keyed, over identity and answer: tells cards apart, and a card from its copy.
Mark mark_of(const Recognition& recognition, ByteView key);

}  // namespace myna::kiosk
