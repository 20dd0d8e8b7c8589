// SPDX-License-Identifier: Apache-2.0
// What a card is and holds, without a PIN.
#pragma once

#include "myna/card/applications/common.hpp"
#include "myna/use_cases/pins.hpp"

namespace myna {

struct CardStatus {
  Recognised card;
  ObjectState auth{}, sign{};       // the holder's certificates
  std::vector<PinCount> pins{};     // those of JPKI: one application, few commands
};

// Errors: card_foreign, those of the card.
Result<CardStatus> read_status(MyNumberCard& card);

// The record of the 共通カードAP: serial number, municipality, expiry; unsigned. Errors: application_absent, file_absent, malformed.
Result<CardRecord> read_card_record(MyNumberCard& card);

}  // namespace myna
