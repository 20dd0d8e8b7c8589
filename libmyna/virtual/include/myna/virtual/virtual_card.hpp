// SPDX-License-Identifier: Apache-2.0
// A My Number card in software, by the rules of docs/card/dialects.md. Refuses what a card refuses.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "myna/card/card_image.hpp"
#include "myna/core/result.hpp"
#include "myna/crypto/crypto.hpp"

namespace myna {

class VirtualCard {
 public:
  // Called after every change of a PIN or its counter, before the answer leaves: a card does not forget by losing power.
  using Persist = std::function<Status(const CardImage&)>;

  // Errc::malformed when a key of the image cannot be loaded.
  static Result<VirtualCard> create(CardImage image, Persist persist = {});
  VirtualCard(VirtualCard&&) noexcept;
  VirtualCard& operator=(VirtualCard&&) noexcept;
  ~VirtualCard();

  void power_on();      // cold: issuer domain selected, no PIN verified
  void power_off();
  void warm_reset();    // keeps verified PINs (docs/card/commands.md, "Security state")
  bool powered() const noexcept;
  ByteView atr() const noexcept;

  // One command, one answer of at least two bytes. A command that is no APDU is answered 6700. 6F00 when not powered.
  Bytes process(ByteView command);

  const CardImage& image() const noexcept;

  // Takes over values and counters that another process changed on the same stored card; a PIN whose value changed is
  // no longer verified. Errc::malformed when the PINs are not the same ones.
  Status adopt_pins(const CardImage& stored);

  struct State;   // its own, in virtual_card_state.hpp

 private:
  explicit VirtualCard(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace myna
