// SPDX-License-Identifier: Apache-2.0
#include "port100_link.hpp"

namespace myna::readers {

using port100::Command;

namespace {

constexpr Duration kAckWait = 100ms;
constexpr Duration kAnswerWait = 500ms;   // beyond what the command itself takes (docs/card/readers.md, "Presence, power and recovery")
constexpr Duration kQuiet = 15ms;         // with nothing for so long, nothing more comes
constexpr unsigned kMaxStale = 16;        // frames of a former conversation
constexpr unsigned kMaxFailures = 3;

bool gone(const Error& error) { return error.code == Errc::no_reader; }

}  // namespace

// The host's ACK cancels what runs; then whatever was on its way is thrown away.
Status Port100Link::drain() {
  MYNA_CHECK(pipe_->write(port100::kAck));
  for (unsigned i = 0; i < kMaxStale; ++i) {
    const auto stale = pipe_->read(kQuiet);
    if (!stale && gone(stale.error())) return Unexpected(stale.error());
    if (!stale) return {};
  }
  return fail(Errc::link_lost);
}

Result<SecretBytes> Port100Link::read_data(Duration wait) {
  MYNA_TRY(const SecretBytes bytes, pipe_->read(wait));
  MYNA_TRY(const port100::Frame frame, port100::parse_frame(bytes.view()));
  if (frame.kind != port100::Frame::Kind::data) return fail(Errc::malformed);
  return SecretBytes(frame.data);
}

Result<SecretBytes> Port100Link::once(Command command, ByteView arguments, Duration wait) {
  MYNA_CHECK(pipe_->write(port100::command_frame(command, arguments).view()));
  MYNA_TRY(const SecretBytes acknowledgement, pipe_->read(kAckWait));
  MYNA_TRY(const port100::Frame frame, port100::parse_frame(acknowledgement.view()));
  if (frame.kind != port100::Frame::Kind::ack) return fail(Errc::malformed);
  MYNA_TRY(const SecretBytes data, read_data(wait));
  MYNA_TRY(const ByteView answer, port100::answer_to(command, data.view()));
  failures_ = 0;
  return SecretBytes(answer);
}

// After the n-th failure in a row: cancel, then clear the endpoints, then reset the device and start anew.
Status Port100Link::recover() {
  const unsigned failure = ++failures_;
  if (failure > kMaxFailures) return fail(Errc::link_lost);
  if (failure == 2) MYNA_CHECK(pipe_->clear_halt());
  if (failure == 3) MYNA_CHECK(pipe_->reset());
  return drain();
}

// Commands to the reader itself change nothing on the card, so they may be repeated.
Result<SecretBytes> Port100Link::command(Command command, ByteView arguments) {
  while (true) {
    auto answer = once(command, arguments, kAnswerWait);
    if (answer || gone(answer.error())) return answer;
    const Status recovered = recover();
    if (!recovered && (gone(recovered.error()) || failures_ > kMaxFailures)) {
      failures_ = 0;
      return Unexpected(recovered.error());
    }
  }
}

Status Port100Link::expect_good(Command command_code, ByteView arguments) {
  MYNA_TRY(const SecretBytes answer, command(command_code, arguments));
  return answer.size() == 1 && answer.view()[0] == 0 ? Status{} : Status{fail(Errc::link_lost)};
}

Status Port100Link::begin() {
  MYNA_TRY(const SecretBytes types, command(Command::get_command_type, {}));
  const bool has_type_1 = types.size() == 8 && (types.view()[7] & 2) != 0;
  if (has_type_1) MYNA_CHECK(expect_good(Command::set_command_type, std::array<Byte, 1>{1}));
  MYNA_TRY(const SecretBytes firmware, command(Command::get_firmware_version, {}));
  if (firmware.size() == 2) firmware_ = static_cast<std::uint16_t>(firmware.view()[1] << 8 | firmware.view()[0]);
  return field_off();
}

Status Port100Link::start() {
  failures_ = 0;
  const Status quiet = drain();
  if (!quiet && gone(quiet.error())) return quiet;
  return begin();
}

void Port100Link::stop() noexcept {
  try {
    if (once(Command::switch_rf, std::array<Byte, 1>{0}, kAnswerWait)) return;
    (void)pipe_->write(port100::kAck);
  } catch (...) {
    // Out of memory while leaving: the next start cleans up.
  }
}

Status Port100Link::prepare_type_b(BitRate rate) {
  MYNA_CHECK(expect_good(Command::in_set_rf, port100::in_set_rf_type_b(rate)));
  return expect_good(Command::in_set_protocol, port100::in_set_protocol_type_b());
}

Status Port100Link::field_off() { return expect_good(Command::switch_rf, std::array<Byte, 1>{0}); }

Result<Port100Link::Answer> Port100Link::communicate(ByteView block, Duration wait) {
  using Kind = port100::AirAnswer::Kind;
  const auto answer = once(Command::in_comm_rf, port100::in_comm_rf(wait, block).view(), wait + kAnswerWait);
  if (answer) {
    const auto air = port100::parse_in_comm_rf(answer->view());
    return air ? Answer{air->kind, SecretBytes(air->block)} : Answer{Kind::garbled, {}};
  }
  if (gone(answer.error())) return Unexpected(answer.error());
  const unsigned before = failures_;
  MYNA_CHECK(recover());
  if (before + 1 < kMaxFailures) return Answer{Kind::garbled, {}};
  failures_ = 0;
  MYNA_CHECK(begin());   // the device was reset: the field was off
  return fail(Errc::link_lost);
}

}  // namespace myna::readers
