// SPDX-License-Identifier: Apache-2.0
// The block protocol with a card that answers anything: every exchange ends, frames and waits keep their limits, no command is repeated.
#include "command_watch.hpp"
#include "readers/core/iso_dep.hpp"

using namespace myna;
using namespace myna::readers;

namespace {

constexpr std::array<std::size_t, 4> kFrames{16, 40, 128, 256};

void require(bool condition) {
  if (!condition) std::abort();
}

// Each answer: a length byte and so many bytes of the input, FF is silence. Behind its end there is silence for ever.
IsoDep::Step answer(IsoDep& protocol, ByteReader& input, fuzz::CommandWatch& watch) {
  const auto length = input.u8();
  if (!length || *length == 0xFF) return protocol.on_error();
  const auto block = input.take(std::min<std::size_t>(*length, input.remaining()));
  watch.from_card(*block);
  return protocol.on_block(*block);
}

void exchange(IsoDep& protocol, std::size_t frame, Duration waiting_time, ByteReader& input) {
  Bytes apdu(1 + 3 * std::size_t{input.u8().value_or(0)});
  for (std::size_t i = 0; i < apdu.size(); ++i) apdu[i] = static_cast<Byte>(i * 7 + i / 256);
  fuzz::CommandWatch watch;
  watch.begin(apdu);
  auto step = protocol.start(apdu);
  unsigned silent = 0;
  while (const auto* send = std::get_if<IsoDep::Send>(&step)) {
    require(!send->block.empty() && send->block.size() + 2 <= frame);
    require(send->wait > Duration(0) && send->wait <= std::max<Duration>(4'949ms, waiting_time) + 3'600us);
    watch.to_card(send->block.view());
    silent = input.remaining() == 0 ? silent + 1 : 0;
    require(silent <= 5);
    step = answer(protocol, input, watch);
  }
  if (const auto* done = std::get_if<IsoDep::Done>(&step)) {
    require(done->response.size() <= IsoDep::kMaxResponse && watch.sent() == apdu.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader input(ByteView(data, size));
  const unsigned options = input.u8().value_or(0);
  const std::size_t frame = kFrames[options & 3];
  const Duration waiting_time = 302us * (1U << ((options >> 2) % 15));
  IsoDep protocol(frame, waiting_time);
  do exchange(protocol, frame, waiting_time, input);
  while (input.remaining() > 0);
  return 0;
}
