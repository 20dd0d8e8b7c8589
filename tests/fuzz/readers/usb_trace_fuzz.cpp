// SPDX-License-Identifier: Apache-2.0
// --trace-usb while a PIN goes to a card that answers anything: no byte of the PIN is shown, whatever is repeated, broken off or begun
// anew.
#include <cstdlib>
#include <string>

#include "myna/core/hex.hpp"
#include "readers/core/iso_dep.hpp"
#include "readers/core/port100.hpp"
#include "readers/core/usb_trace.hpp"

using namespace myna;
using namespace myna::readers;

namespace {

// No block number, timeout or header has one of these bytes.
constexpr std::array<Byte, 8> kPin{0xE1, 0xE5, 0xE7, 0xE9, 0xEB, 0xED, 0xEF, 0xF9};
constexpr std::array<std::size_t, 4> kFrames{16, 24, 40, 256};

void require(bool condition) {
  if (!condition) std::abort();
}

// Behind the two spaces stands the block, in words of whole bytes.
void shows_no_pin(const std::string& line) {
  for (std::size_t at = line.find("  "), end = 0; at < line.size(); at = end) {
    at = std::min(line.find_first_not_of(' ', at), line.size());
    end = std::min(line.find(' ', at), line.size());
    for (std::size_t i = at; i + 1 < end; i += 2) {
      for (const Byte digit : kPin) require(line.compare(i, 2, to_hex(ByteView(&digit, 1))) != 0);
    }
  }
}

SecretBytes command(const IsoDep::Send& send) {
  return port100::command_frame(port100::Command::in_comm_rf, port100::in_comm_rf(30ms, send.block.view()).view());
}

// VERIFY, or CHANGE with both PINs, of any length; or a harmless command in between.
Bytes apdu_of(unsigned kind) {
  Bytes apdu{0x00, static_cast<Byte>(kind % 3 == 0 ? 0xB0 : kind % 3 == 1 ? 0x20 : 0x24), 0x00, 0x80};
  if (kind % 3 == 0) return apdu;
  const std::size_t length = 1 + kind / 3 % 40;
  apdu.push_back(static_cast<Byte>(length));
  for (std::size_t i = 0; i < length; ++i) apdu.push_back(kPin[i % kPin.size()]);
  return apdu;
}

// The small ones are what cards say; any other is a length, and so many bytes of the input.
IsoDep::Step answer(IsoDep& protocol, Byte what, ByteReader& input) {
  static constexpr std::array<std::array<Byte, 2>, 4> kUsual{{{0xA2, 0}, {0xA3, 0}, {0x02, 0x90}, {0x03, 0x90}}};
  if (what == 0) return protocol.on_error();
  if (what <= kUsual.size()) return protocol.on_block(ByteView(kUsual[what - 1U]).first(what <= 2 ? 1 : 2));
  const auto block = input.take(std::min<std::size_t>(what & 31, input.remaining()));
  return protocol.on_block(*block);
}

void exchange(IsoDep& protocol, UsbTrace& trace, ByteReader& input) {
  const auto kind = input.u8();
  if (!kind) return;
  auto step = protocol.start(apdu_of(*kind));
  while (const auto* send = std::get_if<IsoDep::Send>(&step)) {
    shows_no_pin(trace.line('>', command(*send).view()));
    const auto what = input.u8();
    if (!what) return;   // broken off: the next command begins on a new field
    step = answer(protocol, *what, input);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader input(ByteView(data, size));
  UsbTrace trace;
  (void)trace.line('<', ByteView(data, size));
  (void)trace.line('<', port100::data_frame(ByteView(data, std::min<std::size_t>(size, 0xFFFF))).view());
  const std::size_t frame = kFrames[input.u8().value_or(0) & 3];
  while (input.remaining() > 0) {
    IsoDep protocol(frame, 10ms);
    for (int i = 0; i < 4; ++i) exchange(protocol, trace, input);
  }
  return 0;
}
