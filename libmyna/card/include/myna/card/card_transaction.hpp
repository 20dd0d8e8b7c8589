// SPDX-License-Identifier: Apache-2.0
// Exclusive use of the card for one scope, and the only way to send it a command.
#pragma once

#include <cstdint>

#include "myna/ports/card_channel.hpp"

namespace myna {

// --apdu: `automatic` uses extended length only where the reader says so or a free file was read that way.
enum class LengthMode : std::uint8_t { automatic, short_only, extended };

enum class Known : std::uint8_t { unknown, yes, no };

// What was learned about one card while its channel is open, so nothing is tried twice. Owned by whoever owns
// the channel; reset when the card changes.
struct CardTraits {
  LengthMode length_mode = LengthMode::automatic;
  Known jpki = Known::unknown;               // it has the JPKI application, which makes it a card of ours
  Known extended = Known::unknown;           // READ BINARY with extended Le
  Known short_file_read = Known::unknown;    // READ BINARY P1 = 80+SFI
  Known short_file_current = Known::unknown; // ... and that it sets the current EF
  Known short_file_pin = Known::unknown;     // VERIFY P2 = 80+SFI
  Known short_file_key = Known::unknown;     // PERFORM SECURITY OPERATION P2 = 80+SFI
  Known exact_le = Known::unknown;           // an Le beyond what is there is refused (6700, 6Cxx)
};

// The card is there and answers: it has no such data, does not open it, or not in the form that it must have. Everything else is the link.
bool card_answered(const Error& error) noexcept;

// Begins with a lock and ends with the card closed: whatever verified a PIN drops the verified state before the
// lock is let go (SELECT of another application, power-down if that fails).
class CardTransaction {
 public:
  // Errors: those of CardChannel::lock. Both arguments must outlive the transaction.
  static Result<CardTransaction> begin(CardChannel& channel, CardTraits& traits);

  CardTransaction(const CardTransaction&) = delete;
  CardTransaction& operator=(const CardTransaction&) = delete;
  CardTransaction(CardTransaction&& other) noexcept;
  CardTransaction& operator=(CardTransaction&&) = delete;
  ~CardTransaction();

  // SELECT by DF name (ISO/IEC 7816-4, 7.1.1). Errors: file_absent (6A82), unexpected_status, those of transmit.
  // An answer 6F00 to the first command is asked once more: seen on a card after power-up (docs/card/commands.md).
  Status select_application(ByteView aid);

  // Sends one command. Before the first successful select_application this is Errc::invalid_argument. Only SELECT
  // and READ BINARY are repeated, once, and only when the link failed without a reset. Follows 61xx and, for what only reads
  // (READ BINARY, READ RECORD, GET DATA), 6Cxx. Errors: card_removed, card_changed, link_lost.
  Result<ResponseApdu> transmit(const CommandApdu& command);

  // Closes every PIN by selecting another application; afterwards none is selected. Fails when the card refuses
  // all of them; the end of the transaction then takes the power away.
  Status forget();

  CardTraits& traits() noexcept { return *traits_; }
  // AID of the current application, empty when unknown.
  ByteView selected() const noexcept { return selected_; }
  // A VERIFY with data left in this transaction, so a PIN may be open.
  bool pin_was_sent() const noexcept { return !pin_application_.empty(); }
  std::size_t max_response_data() const noexcept { return channel_->max_response_data(); }

 private:
  CardTransaction(CardChannel& channel, CardTraits& traits) noexcept;
  Result<ResponseApdu> send(const CommandApdu& command);
  Result<ResponseApdu> send_once(const CommandApdu& command);
  Result<ResponseApdu> follow(const CommandApdu& command, ResponseApdu first);
  Result<ResponseApdu> get_response(ResponseApdu first);
  bool may_repeat(const CommandApdu& command, const Error& error) const noexcept;
  void remember_pin(const CommandApdu& command);
  void end() noexcept;

  CardChannel* channel_;
  CardTraits* traits_;
  std::uint32_t resets_at_begin_;
  Bytes selected_;          // AID of the current application, empty when unknown
  Bytes pin_application_;   // AID of the application whose PIN may be open, empty for none
  bool first_command_ = true;
};

}  // namespace myna
