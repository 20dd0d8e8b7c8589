// SPDX-License-Identifier: Apache-2.0
// One reader with room for one card, whoever drives it: our own chip driver, or an IFD handler hosted in this process. Not
// thread-safe: its user holds one mutex around it.
#pragma once

#include <memory>

#include "clock.hpp"
#include "myna/core/bytes.hpp"
#include "myna/core/secret.hpp"

namespace myna::readers {

// Every call: Errc::no_reader when the reader was unplugged, Errc::link_lost when it does not answer.
class CardReader {
 public:
  CardReader() = default;
  CardReader(const CardReader&) = delete;
  CardReader& operator=(const CardReader&) = delete;
  virtual ~CardReader() = default;

  // Looks for the card. After a card was lost this says "no" at least once, even if one is there again (docs/card/readers.md, latch: who
  // watches must see the change).
  virtual Result<bool> card_present() = 0;

  // Looks without taking the "no" of a loss away from the next card_present().
  virtual Result<bool> look() = 0;

  // Whether what looked like no card were several: they answer at once, and nobody understands them.
  virtual bool several_cards() const { return false; }

  // Cold, with all state of the card gone; a powered card stays as it is. Returns the ATR. Errors: card_unresponsive, several_cards.
  virtual Result<Bytes> power_on() = 0;
  virtual Status power_off() = 0;

  // One APDU, executed by the card at most once. Errors: card_removed; link_lost (the card may have executed it and has lost
  // its state; the reader says "no card" once).
  virtual Result<SecretBytes> exchange(ByteView apdu) = 0;

  virtual Bytes atr() const = 0;   // empty when not powered
};

}  // namespace myna::readers
