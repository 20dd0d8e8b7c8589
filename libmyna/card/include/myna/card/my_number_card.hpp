// SPDX-License-Identifier: Apache-2.0
// One card in one reader: its channel with what was learned about it, and the door to its applications.
#pragma once

#include <memory>

#include "myna/card/applications/jpki.hpp"
#include "myna/card/card_transaction.hpp"
#include "myna/card/pin.hpp"

namespace myna {

class MyNumberCard {
 public:
  // `refused`: the memory of the reader, where the process may open its card again; else one for this object.
  explicit MyNumberCard(std::unique_ptr<CardChannel> channel, LengthMode mode = LengthMode::automatic,
                        std::shared_ptr<RefusedPins> refused = std::make_shared<RefusedPins>());

  // Locks the card. Errors: those of CardTransaction::begin; card_changed when the card was reset or replaced
  // since the last transaction of this object, so nothing that was learned or typed for it may be used. What it
  // refused is remembered all the same, until it is removed.
  Result<CardTransaction> begin();

  RefusedPins& refused_pins() noexcept { return *refused_; }

 private:
  std::unique_ptr<CardChannel> channel_;
  CardTraits traits_;
  std::shared_ptr<RefusedPins> refused_;
  std::uint32_t resets_ = 0;
  bool used_ = false;
};

// What the JPKI application says of itself: the kind by the label of EF 0006, and the profile to use from now on.
// A label that no profile carries, and an EF 0006 that is absent or cannot be read, is taken as a My Number card: the application is there.
struct Recognised {
  CardKind kind;
  const CardProfile* profile;
  TokenInformation token;   // empty unless EF 0006 is present
  ObjectState token_state = ObjectState::present;
};
Result<Recognised> recognise(JpkiApplication& jpki);

// Which card it is: issuer and serial number of its authentication certificate, from the first bytes; where it has none that can be read
// without a PIN (docs/card/phones.md) what its token information says. Empty when it tells neither.
Result<Bytes> identity_of(JpkiApplication& jpki, const TokenInformation& token);

}  // namespace myna
