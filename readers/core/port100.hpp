// SPDX-License-Identifier: Apache-2.0
// NFC Port-100 (Sony RC-S380): frames and commands, both ways, without I/O. The same bytes as the Linux port100 module and
// nfcpy send (docs/card/readers.md, "Test vectors").
#pragma once

#include <array>
#include <cstdint>

#include "clock.hpp"
#include "myna/core/bytes.hpp"
#include "myna/core/secret.hpp"

namespace myna::readers {

// kbit/s between reader and card, both directions alike.
enum class BitRate : std::uint8_t { k106, k212, k424 };
constexpr unsigned factor(BitRate rate) { return 1U << static_cast<unsigned>(rate); }

namespace port100 {

enum class Command : Byte {
  in_set_rf = 0x00,
  in_set_protocol = 0x02,
  in_comm_rf = 0x04,
  switch_rf = 0x06,
  get_firmware_version = 0x20,
  get_command_type = 0x28,
  set_command_type = 0x2A,
};

// From the host: cancels the running command and its answer.
inline constexpr std::array<Byte, 6> kAck{0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00};

struct Frame {
  enum class Kind : std::uint8_t { ack, data, error };
  Kind kind{};
  ByteView data{};   // of kind data: code byte first
};

// Errc::malformed unless the bytes are exactly one frame with good checksums.
Result<Frame> parse_frame(ByteView bytes);

SecretBytes data_frame(ByteView data);
SecretBytes command_frame(Command command, ByteView arguments);

// What follows "D7 code+1". Errc::malformed for the answer to something else.
Result<ByteView> answer_to(Command command, ByteView data);

// Arguments of the commands.
std::array<Byte, 4> in_set_rf_type_b(BitRate rate);
ByteView in_set_protocol_type_b();
// The reader waits at most 6,553 ms for the card's answer.
SecretBytes in_comm_rf(Duration wait, ByteView block);

// How a block on the air ended. Bits of the status word: docs/card/readers.md, "Commands".
struct AirAnswer {
  enum class Kind : std::uint8_t { block, silence, garbled };
  Kind kind{};
  ByteView block{};
};
// Errc::malformed when the answer is too short to hold a status.
Result<AirAnswer> parse_in_comm_rf(ByteView answer);

}  // namespace port100
}  // namespace myna::readers
