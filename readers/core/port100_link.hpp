// SPDX-License-Identifier: Apache-2.0
// A conversation with the Port-100 chip: command, acknowledgement, answer, and the way back when one of them is missing.
#pragma once

#include "pipe.hpp"
#include "port100.hpp"

namespace myna::readers {

class Port100Link {
 public:
  explicit Port100Link(Pipe& pipe) : pipe_(&pipe) {}

  // From any state another program, or a killed one, left behind: field off, no answer pending. Errors: link_lost,
  // no_reader.
  Status start();
  // Leaves the reader so that the next program finds it idle.
  void stop() noexcept;

  // Sets up type B at this rate; to be repeated after field_off().
  Status prepare_type_b(BitRate rate);
  Status field_off();

  // One block to the card and its answer. Never repeated here: what to do after silence is the block protocol's affair, so a
  // broken USB transfer is reported as a garbled block once the reader answers again. Errors: link_lost when the reader had to
  // be reset (the field was off), no_reader.
  struct Answer {
    port100::AirAnswer::Kind kind{};
    SecretBytes block;
  };
  Result<Answer> communicate(ByteView block, Duration wait);

  std::uint16_t firmware() const noexcept { return firmware_; }   // 0x0111 is 1.11

 private:
  Result<SecretBytes> once(port100::Command command, ByteView arguments, Duration wait);
  Result<SecretBytes> read_data(Duration wait);
  Result<SecretBytes> command(port100::Command command, ByteView arguments);
  Status expect_good(port100::Command command, ByteView arguments);
  Status begin();
  Status drain();
  Status recover();

  Pipe* pipe_;
  unsigned failures_ = 0;   // of exchanges in a row: each asks for a harder step
  std::uint16_t firmware_ = 0;
};

}  // namespace myna::readers
