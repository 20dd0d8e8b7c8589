// SPDX-License-Identifier: Apache-2.0
// The port to one powered card. PC/SC, direct USB, the virtual card and test doubles implement it.
#pragma once

#include <cstdint>

#include "myna/core/apdu.hpp"
#include "myna/core/result.hpp"

namespace myna {

// How to leave the card. There is no warm reset here: it would keep a verified PIN (docs/card/commands.md).
enum class EndAction : std::uint8_t { leave, power_off };

class CardChannel {
 public:
  CardChannel() = default;
  CardChannel(const CardChannel&) = delete;
  CardChannel& operator=(const CardChannel&) = delete;
  virtual ~CardChannel() = default;

  // Takes the card for this program alone. Errors: card_busy when another program holds it past the deadline of
  // the backend, card_removed, link_lost, no_service.
  virtual Status lock() = 0;
  virtual void unlock(EndAction action) noexcept = 0;

  // One command, one answer, never repeated here. Errors: card_removed, card_changed (reset by another program),
  // link_lost.
  virtual Result<ResponseApdu> exchange(ByteView command) = 0;

  // Grows whenever the card may have lost its state: reset, power cycle, reconnect.
  virtual std::uint32_t resets() const noexcept = 0;

  // The longest response data the reader is known to pass, in bytes; 256 when it does not say.
  virtual std::size_t max_response_data() const noexcept { return 256; }
};

}  // namespace myna
