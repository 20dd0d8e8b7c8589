// SPDX-License-Identifier: Apache-2.0
// What a lane does with a card: recognise it, and carry out one request. Everything read is in the result or wiped.
#pragma once

#include "myna/kiosk_host.hpp"
#include "myna/my_number_card.hpp"

namespace myna::kiosk {

// Which card it is; never shown.
struct Recognition {
  const CardProfile* profile = nullptr;
  // Issuer and serial number of the authentication certificate; without one, label and serial of the token; without either, random.
  Bytes identity;
};

// 3 commands; 1 for a foreign card. Errors: card_foreign, those of the card.
Result<Recognition> recognise_card(MyNumberCard& card);

// The card of a session and what its kiosk is told.
struct Counter {
  MyNumberCard& card;
  const Recognition& recognition;
  const Options& options;
  bool is_virtual = false;
};

// Errors: card_foreign and file_absent (this card has no such data), certificate_absent, signature_mismatch, those of VERIFY and of the card.
Result<Held> perform(Counter& counter, const Request& request);

// Keyed: tells cards apart.
Mark mark_of(const Recognition& recognition, ByteView key);

}  // namespace myna::kiosk
