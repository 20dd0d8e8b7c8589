// SPDX-License-Identifier: Apache-2.0
#include "myna/fault_script.hpp"

#include <algorithm>
#include <array>
#include <thread>

#include "myna/apdu.hpp"
#include "myna/crypto.hpp"
#include "myna/virtual_card.hpp"

namespace myna {
namespace {

constexpr std::chrono::seconds kStall{3};

struct NameRow {
  FaultKind kind;
  std::string_view name;
};
constexpr std::array kNames{
    NameRow{FaultKind::removed_before, "removed-before"}, NameRow{FaultKind::removed_after, "removed-after"},
    NameRow{FaultKind::lost_before, "lost-before"},       NameRow{FaultKind::lost_after, "lost-after"},
    NameRow{FaultKind::reset_before, "reset-before"},     NameRow{FaultKind::power_loss, "power-loss"},
    NameRow{FaultKind::short_answer, "short-answer"},     NameRow{FaultKind::long_answer, "long-answer"},
    NameRow{FaultKind::flipped_answer, "flipped-answer"}, NameRow{FaultKind::garbage_answer, "garbage-answer"},
    NameRow{FaultKind::stall, "stall"},
};

Byte random_byte() {
  std::array<Byte, 1> one{};
  fill_random(one);
  return one[0];
}

Bytes random_bytes(std::size_t count) {
  Bytes bytes(count);
  fill_random(bytes);
  return bytes;
}

Bytes flipped(Bytes answer) {
  answer[random_byte() * answer.size() / 256] ^= static_cast<Byte>(1 << random_byte() % 8);
  return answer;
}

Bytes lengthened(const Bytes& answer) {
  Bytes longer = random_bytes(300);
  append(longer, answer);
  return longer;
}

bool is_signature(ByteView command) { return command.size() > 1 && command[1] == ins::kPerformSecurityOperation; }

}  // namespace

std::string_view to_string(FaultKind kind) noexcept { return std::ranges::find(kNames, kind, &NameRow::kind)->name; }

std::optional<FaultKind> fault_by_name(std::string_view name) noexcept {
  const auto found = std::ranges::find(kNames, name, &NameRow::name);
  if (found == kNames.end()) return std::nullopt;
  return found->kind;
}

const std::vector<FaultKind>& all_faults() {
  static const std::vector<FaultKind> all = [] {
    std::vector<FaultKind> kinds;
    for (const NameRow& row : kNames) kinds.push_back(row.kind);
    return kinds;
  }();
  return all;
}

FaultPlayer::FaultPlayer(VirtualCard& card, std::vector<Fault> faults, Latency latency, std::function<void(FaultKind)> on_fault)
    : card_(&card), faults_(std::move(faults)), latency_(latency), on_fault_(std::move(on_fault)) {}

Played FaultPlayer::play(ByteView command) {
  if (removed_) return {.end = Played::End::removed};
  const auto fault = std::ranges::find(faults_, commands_++, &Fault::at);
  if (fault != faults_.end()) return play_fault(fault->kind, command);
  Played played{.answer = card_->process(command)};
  take_time(command, played.answer);
  return played;
}

Played FaultPlayer::play_fault(FaultKind kind, ByteView command) {
  if (on_fault_) on_fault_(kind);
  const auto removed = [this] {
    removed_ = true;
    card_->power_off();
    return Played{.end = Played::End::removed};
  };
  switch (kind) {
    case FaultKind::removed_before: return removed();
    case FaultKind::removed_after: card_->process(command); return removed();
    case FaultKind::lost_before: return {.end = Played::End::lost};
    case FaultKind::lost_after: card_->process(command); return {.end = Played::End::lost};
    case FaultKind::reset_before: card_->warm_reset(); return {.end = Played::End::reset};
    case FaultKind::power_loss: card_->power_on(); return {.end = Played::End::reset};
    case FaultKind::short_answer: card_->process(command); return {.answer = {0x90}};
    case FaultKind::long_answer: return {.answer = lengthened(card_->process(command))};
    case FaultKind::flipped_answer: return {.answer = flipped(card_->process(command))};
    case FaultKind::garbage_answer: card_->process(command); return {.answer = random_bytes(2 + random_byte())};
    case FaultKind::stall: std::this_thread::sleep_for(kStall); return {.answer = card_->process(command)};
  }
  return {.end = Played::End::lost};
}

void FaultPlayer::take_time(ByteView command, ByteView answer) const {
  auto time = latency_.command + latency_.byte * static_cast<long>(command.size() + answer.size());
  if (is_signature(command)) time += latency_.signature;
  if (time.count() > 0) std::this_thread::sleep_for(time);
}

}  // namespace myna
