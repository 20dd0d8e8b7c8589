// SPDX-License-Identifier: Apache-2.0
// What a lane does with a card: carry out one request by its use case. Everything read is in the result or wiped.
#pragma once

#include "myna/kiosk/kiosk_host.hpp"
#include "myna/use_cases/recognise_card.hpp"

namespace myna::kiosk {

// The card of a session and what its kiosk is told.
struct Counter {
  MyNumberCard& card;
  const Recognition& recognition;
  const Options& options;
  bool is_virtual = false;
};

// Errors: application_absent and file_absent (this card has no such data), certificate_absent, signature_mismatch, those of VERIFY and of
// the card.
Result<Held> perform(Counter& counter, Request&& request);

// How the operations of this kiosk use a PIN.
CardPolicy policy_of(const Counter& counter);

// Nothing contradicts, and with `require_proof` everything that can be proven is.
bool is_acceptable(const Options& options, const AuthenticityReport& report);

// Keyed, over identity and answer: tells cards apart, and a card from its copy.
Mark mark_of(const Recognition& recognition, ByteView key);

}  // namespace myna::kiosk
