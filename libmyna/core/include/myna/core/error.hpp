// SPDX-License-Identifier: Apache-2.0
// What can go wrong, as a value: no heap, no text, no bytes of a card, so an Error may be logged anywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "myna/core/status_word.hpp"

namespace myna {

// Every outcome that is not success. One row of text for people each in error.cpp.
enum class Errc : std::uint8_t {
  invalid_argument,      // the caller's fault; nothing was sent
  pin_malformed,         // a PIN of wrong length or alphabet; nothing was sent
  no_service,            // pcscd does not answer
  no_reader,             // no reader is connected
  reader_unknown,        // no reader of that name
  reader_ambiguous,      // more than one reader fits the name
  reader_unusable,       // the reader is there but cannot be opened
  no_card,               // the reader is empty
  card_unresponsive,     // a card that does not answer to reset (upside down, dirty, not a chip card)
  several_cards,         // more than one card on the reader: neither can be understood
  card_foreign,          // the JPKI application does not exist on this card: it is none of ours
  application_absent,    // a card of ours without the application that was asked for: a phone has JPKI's alone
  card_removed,          // the card left during the operation
  card_changed,          // the card was reset or replaced by someone else during the operation
  card_busy,             // another program holds the card
  link_lost,             // the connection to the card or to pcscd broke
  file_absent,           // the card does not have this file
  certificate_absent,    // the card does not hold this certificate
  access_denied,         // a PIN is needed (6982)
  unexpected_status,     // any other status word
  malformed,             // bytes that do not have the form they must have
  misplaced_object,      // an object of a record occurs twice or stands out of its place
  pin_wrong,             // the card refused the PIN; tries_left says how many are left
  pin_blocked,           // no try left
  last_try_refused,      // one try left and the caller did not allow it; nothing was sent
  counter_touched,       // a stored PIN and a counter below its maximum; nothing was sent
  pin_refused_before,    // this very PIN was refused by this card before; nothing was sent
  counter_unknown,       // the counter cannot be read; nothing was sent
  signature_mismatch,    // the card's signature does not fit its certificate
  crypto_failed,         // a cryptographic library refused
  storage_failed,        // a file could not be read or written
  timed_out,             // nothing happened within the given time
  cancelled,             // the caller asked to stop
  pin_unavailable,       // nobody can be asked and nothing was given
  pin_file_unsafe,       // the file of the PIN is a link, not ours, or readable by others
  output_exists,         // the output is there already; nothing was written
  output_unsuitable,     // the output is no file that could be replaced, and nothing to write into
  document_unsupported,  // a document of a kind that this format cannot sign or read
  document_encrypted,    // a document that only its password opens
  document_locked,       // a document whose author allowed no further signature or change
  timestamp_failed,      // the time-stamp authority gave no token
  timestamp_invalid,     // the time-stamp authority gave a token that is not what was asked for
  session_ended,         // the card of this session has left; what was read of it is gone
  other_card,            // not the card that the session began with
  key_unsupported,       // a key of a kind that is not supported yet (an elliptic curve)
};

inline constexpr Errc kLastErrc = Errc::key_unsupported;

struct Where {
  const char* file = "";
  int line = 0;
};

// A sentence or a name in two languages. Both are UTF-8.
struct Text {
  std::string_view en;
  std::string_view ja;
};

struct Error {
  Errc code{};
  StatusWord sw{};                                // 0000 when no card answered
  std::optional<std::uint8_t> tries_left{};
  std::int32_t native = 0;                        // PC/SC code or errno, 0 when neither applies
  Where where{};
  const Text* about = nullptr;                    // the file, PIN or application of the card, from a table; none for the card as a whole
};

// What happened and why, and what to do next. `name` is the stable identifier of JSON output.
struct ErrorText {
  std::string_view name;
  Text message;
  Text advice;
};

const ErrorText& describe(Errc code) noexcept;

}  // namespace myna
