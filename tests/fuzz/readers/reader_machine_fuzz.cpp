// SPDX-License-Identifier: Apache-2.0
// The whole reader machine on a reader that sends anything: every call ends, within a bounded time, and no command goes to a card twice.
#include <deque>

#include "command_watch.hpp"
#include "readers/core/reader_machine.hpp"

using namespace myna;
using namespace myna::readers;

namespace {

// Three activations, in each of which the longest legal wait ends in silence; and the minute that a card may ask for, with a recovery
// behind it.
constexpr Duration kLongestCall = 30s, kLongestExchange = 90s;

void require(bool condition) {
  if (!condition) std::abort();
}

class FuzzClock final : public Clock {
 public:
  TimePoint now() override { return now_; }
  void sleep(Duration time) override { now_ += time; }

 private:
  TimePoint now_{std::chrono::hours(1)};
};

// Each command is answered as the next byte of the input says: as a reader would (a block on the air comes from the input), or not. Behind
// the end of the input the reader is silent for ever, or unplugged.
class AnyPipe final : public Pipe {
 public:
  AnyPipe(ByteReader& input, Clock& clock, bool unplugs) : input_(&input), clock_(&clock), unplugs_(unplugs) {}

  fuzz::CommandWatch watch;

  Status write(ByteView bytes) override {
    const auto frame = port100::parse_frame(bytes);
    require(frame.has_value());
    if (frame->kind == port100::Frame::Kind::ack) return gone();
    require(frame->kind == port100::Frame::Kind::data && frame->data.size() >= 2 && frame->data[0] == 0xD6);
    require(bytes.size() <= 10 + 290);
    const bool air = frame->data[1] == 0x04;
    if (air) watch.to_card(frame->data.subspan(4));
    answer(frame->data[1], air);
    return gone();
  }

  Result<SecretBytes> read(Duration at_most) override {
    MYNA_CHECK(gone());
    clock_->sleep(frames_.empty() ? at_most : std::min(at_most, Duration(125)));
    if (frames_.empty()) return fail(Errc::timed_out);
    SecretBytes frame(frames_.front());
    frames_.pop_front();
    return frame;
  }

  Status clear_halt() override { return gone(); }
  Status reset() override {
    frames_.clear();
    return gone();
  }

 private:
  enum Way : Byte { proper, proper_too, silence, raw, late, broken_status, error_frame, no_answer };

  Status gone() const { return unplugs_ && input_->empty() ? Status{fail(Errc::no_reader)} : Status{}; }

  Bytes some() {
    const auto length = input_->u8().value_or(0);
    const auto bytes = input_->take(std::min<std::size_t>(length, input_->remaining()));
    return Bytes(bytes->begin(), bytes->end());
  }

  void queue(ByteView frame) { frames_.emplace_back(frame.begin(), frame.end()); }

  void answer(Byte command, bool air) {
    if (input_->empty()) return;
    const auto way = static_cast<Way>(*input_->u8() & 7);
    if (way != late) frames_.clear();   // what is read too late belongs to the next command
    if (way == silence) return;
    if (way == raw) return queue(some());
    if (way == error_frame) return queue(Bytes{0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00});
    queue(port100::kAck);
    if (way != no_answer) queue(port100::data_frame(way == broken_status ? status(command) : good(command, air)).view());
  }

  Bytes status(Byte command) {
    Bytes data{0xD7, static_cast<Byte>(command + 1)};
    append(data, some());
    return data;
  }

  Bytes good(Byte command, bool air) {
    Bytes data{0xD7, static_cast<Byte>(command + 1)};
    if (air) {
      const Bytes block = some();
      append(data, Bytes(4, 0));
      data.push_back(8);
      append(data, block);
      watch.from_card(block);
    } else if (command == 0x28) {
      append(data, Bytes{0, 0, 0, 0, 0, 0, 0, 3});
    } else {
      append(data, command == 0x20 ? Bytes{0x11, 0x01} : Bytes{0});
    }
    return data;
  }

  ByteReader* input_;
  Clock* clock_;
  bool unplugs_;
  std::deque<Bytes> frames_;
};

void exchange(ReaderMachine& machine, AnyPipe& pipe, std::size_t size) {
  Bytes apdu(std::max<std::size_t>(size, 1));
  for (std::size_t i = 0; i < apdu.size(); ++i) apdu[i] = static_cast<Byte>(i * 7 + i / 256);
  pipe.watch.begin(apdu);
  const bool powered = !machine.atr().empty();
  const auto answer = machine.exchange(apdu);
  require(!answer || (powered && pipe.watch.sent() == apdu.size()));
  // What a card did that is not known is gone, and whoever watches sees it.
  if (!answer) require(machine.atr().empty());
  pipe.watch.begin({});
}

void use(ReaderMachine& machine, AnyPipe& pipe, FuzzClock& clock, unsigned what) {
  const TimePoint begin = clock.now();
  switch (what % 6) {
    case 0: (void)machine.power_on(); break;
    case 1: (void)machine.card_present(); break;
    case 2: (void)machine.look(); break;
    case 3: (void)machine.power_off(); break;
    default: exchange(machine, pipe, std::size_t{what} * 4); break;
  }
  require(clock.now() - begin <= (what % 6 > 3 ? kLongestExchange : kLongestCall));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader input(ByteView(data, size));
  const unsigned options = input.u8().value_or(0);
  FuzzClock clock;
  AnyPipe pipe(input, clock, (options & 1) != 0);
  ReaderMachine machine(pipe, clock, (options & 2) != 0 ? BitRateChoice::automatic : BitRateChoice::k106);
  (void)machine.start();
  require(clock.now() - TimePoint(std::chrono::hours(1)) <= kLongestCall);
  const unsigned rounds = 3 + (options >> 2) % 8;
  use(machine, pipe, clock, 0);
  for (unsigned i = 0; i < rounds; ++i) use(machine, pipe, clock, input.u8().value_or(static_cast<Byte>(i)));
  return 0;
}
