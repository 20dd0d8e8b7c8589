// SPDX-License-Identifier: Apache-2.0
// What every use case is told beside its request. A use case has no text, no terminal and no thread; it holds the card for one transaction.
// A PIN is handed over and wiped as soon as the card has answered the VERIFY.
#pragma once

#include "myna/card/my_number_card.hpp"
#include "myna/card/pin.hpp"

namespace myna {

struct CardPolicy {
  TryPolicy tries{};
  std::uint8_t pin_floor = 2;  // with fewer tries left no PIN is sent; above 2 that is asked for, with two commands more
  const CardProfile* profile = &my_number_profile();    // of the card, where it is known already
};

}  // namespace myna
