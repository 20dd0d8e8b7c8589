// SPDX-License-Identifier: Apache-2.0
// A reader with the Port-100 chip and a Type B card: presence, power, activation, APDUs. No thread and no time of its own.
#pragma once

#include <optional>

#include "card_reader.hpp"
#include "iso14443b.hpp"
#include "iso_dep.hpp"
#include "port100_link.hpp"

namespace myna::readers {

// automatic: the fastest that card and reader offer, proven by a ping, else 106 kbit/s until the card leaves. Experimental:
// nobody has seen it on hardware yet (docs/card/readers.md, "Activation").
enum class BitRateChoice : std::uint8_t { k106, automatic };

class ReaderMachine final : public CardReader {
 public:
  // Pipe and clock must outlive the machine.
  ReaderMachine(Pipe& pipe, Clock& clock, BitRateChoice choice = BitRateChoice::k106);
  ~ReaderMachine() override;

  // Once, before anything else. Errors: link_lost, no_reader.
  Status start();

  Result<bool> card_present() override;
  Result<bool> look() override;
  bool several_cards() const override { return crowded_; }
  Result<Bytes> power_on() override;
  Status power_off() override;
  Result<SecretBytes> exchange(ByteView apdu) override;
  Bytes atr() const override { return active_ ? active_->atr : Bytes{}; }

  std::uint16_t firmware() const noexcept { return link_.firmware(); }
  std::optional<BitRate> bit_rate() const;   // of the powered card

 private:
  struct Active {
    type_b::Atqb card;
    BitRate rate;
    IsoDep protocol;
    Bytes atr;
  };

  Result<Port100Link::Answer> ask(ByteView block, Duration wait);
  Result<std::optional<type_b::Atqb>> call(unsigned attempts);
  Result<std::optional<Active>> activate(BitRateChoice choice);
  Result<std::optional<Active>> select(const type_b::Atqb& card, BitRate rate);
  Result<bool> answers_ping(const IsoDep& protocol);
  Result<bool> look_at_active();
  Result<bool> look_at_field();
  Result<SecretBytes> converse(ByteView apdu);
  Errc lose_card();

  Clock* clock_;
  Port100Link link_;
  BitRateChoice choice_;
  std::optional<Active> active_;
  bool slow_only_ = false;   // this card failed at a higher rate
  bool seen_ = false;        // a card answered the last look: one lost call is no removal yet
  bool crowded_ = false;     // the last call was answered by several cards at once
  bool lost_ = false;        // the next card_present() says no
};

}  // namespace myna::readers
