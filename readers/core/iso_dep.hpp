// SPDX-License-Identifier: Apache-2.0
// The block protocol of ISO/IEC 14443-4 (7), reader's side, as a pure machine: it says what to send and is told what came. A command block
// is repeated only when the card itself, asked by R(NAK), says that it never got it: so no APDU is executed twice.
#pragma once

#include <variant>

#include "clock.hpp"
#include "myna/core/bytes.hpp"
#include "myna/core/secret.hpp"

namespace myna::readers {

class IsoDep {
 public:
  static constexpr std::size_t kMaxResponse = 65538;   // bytes, status word included

  struct Send {
    SecretBytes block;
    Duration wait;
  };
  struct Done {
    SecretBytes response;
  };
  struct Stop {
    Errc why;   // link_lost: the card does not answer any more, or breaks the protocol
  };
  using Step = std::variant<Send, Done, Stop>;

  // Bytes of a frame to the card with its CRC, at least 16.
  IsoDep(std::size_t max_frame, Duration frame_waiting_time);

  Step start(ByteView apdu);
  Step on_block(ByteView block);
  Step on_error();   // no answer in time, or a broken one

  // Between APDUs: any answer means that the card is there. Changes nothing on either side.
  Send ping(Duration wait) const;
  static Send deselect(Duration wait);

 private:
  Step send_next();
  Step on_command_acknowledged();
  Step on_acknowledge(Byte number);
  Step on_information(ByteView block);
  Step on_waiting_time_extension(ByteView block);
  Step send(ByteView block, Duration wait);
  Step send_control(Byte kind);
  bool more_to_send() const;

  std::size_t max_information_;
  Duration wait_;
  SecretBytes apdu_;
  SecretBytes last_command_;   // the I-block that the card may ask for again
  SecretBytes response_;
  std::size_t sent_ = 0;       // bytes of the APDU in blocks up to the last one
  Byte number_ = 0;            // the block number
  unsigned errors_ = 0;        // in a row
  bool receiving_ = false;     // a chain comes from the card
  bool asked_ = false;         // the last thing sent was R(NAK)
};

}  // namespace myna::readers
