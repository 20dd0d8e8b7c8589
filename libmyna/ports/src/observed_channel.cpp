// SPDX-License-Identifier: Apache-2.0
#include "myna/ports/observed_channel.hpp"

#include "myna/core/hex.hpp"

namespace myna {
namespace {

constexpr std::size_t kHeaderAndLc = 5;

bool carries_pin(const ParsedCommand& command) {
  return command.header.ins == ins::kVerify || command.header.ins == ins::kChangeReferenceData;
}

std::string spaced_header(const Header& header) {
  std::string text;
  for (const Byte b : {header.cla, header.ins, header.p1, header.p2}) text += to_hex(std::array{b}) + ' ';
  return text;
}

std::string lengths(const ParsedCommand& command) {
  const std::string lc = command.data.empty() ? "-" : std::to_string(command.data.size());
  const std::string le = command.le == 0 ? "-" : std::to_string(command.le);
  return "Lc " + lc + " Le " + le;
}

// Without the body of a PIN command: the sum would tell how long a password is.
std::size_t countable_bytes(ByteView wire, const Result<ParsedCommand>& command) {
  const bool secret = command && carries_pin(*command) && !command->data.empty();
  return secret ? kHeaderAndLc : wire.size();
}

std::string sw_text(StatusWord sw) { return to_hex(std::array{sw.sw1(), sw.sw2()}); }

}  // namespace

std::string trace_line(ByteView wire, const Result<ResponseApdu>& answer) {
  const auto command = parse_command(wire);
  std::string line = command ? spaced_header(command->header) : std::string("(no APDU) ");
  if (command) line += carries_pin(*command) ? "**" : lengths(*command);
  if (!answer) return line + " -> " + std::string(describe(answer.error().code).name);
  if (!command || !carries_pin(*command)) return line + " -> " + std::to_string(answer->data().size()) + ' ' + sw_text(answer->sw());
  return line + " -> " + sw_text(answer->sw());
}

ObservedChannel::ObservedChannel(std::unique_ptr<CardChannel> inner, ApduStatistics& statistics, TraceSink trace)
    : inner_(std::move(inner)), statistics_(&statistics), trace_(std::move(trace)) {}

Status ObservedChannel::lock() {
  ++statistics_->transactions;
  return inner_->lock();
}

void ObservedChannel::unlock(EndAction action) noexcept {
  inner_->unlock(action);
  try {
    if (trace_ && action == EndAction::power_off) trace_("power off");
  } catch (...) {   // out of memory: a line less
  }
}

Result<ResponseApdu> ObservedChannel::exchange(ByteView wire) {
  auto answer = inner_->exchange(wire);
  count_exchange(*statistics_, wire, answer ? answer->data().size() + 2 : 0);
  if (trace_) trace_(trace_line(wire, answer));
  return answer;
}

void count_exchange(ApduStatistics& statistics, ByteView wire, std::size_t answer_bytes) {
  const auto command = parse_command(wire);
  ++statistics.apdus;
  statistics.bytes_sent += countable_bytes(wire, command);
  statistics.bytes_received += answer_bytes;
  if (command && command->header.ins == ins::kVerify && !command->data.empty()) ++statistics.verifies;
}

}  // namespace myna
