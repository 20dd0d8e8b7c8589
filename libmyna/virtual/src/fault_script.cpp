// SPDX-License-Identifier: Apache-2.0
#include "myna/virtual/fault_script.hpp"

#include <algorithm>
#include <array>
#include <thread>

#include "myna/card/card_profile.hpp"
#include "myna/core/apdu.hpp"
#include "myna/crypto/crypto.hpp"
#include "myna/virtual/virtual_card.hpp"

namespace myna {
namespace {

constexpr std::chrono::seconds kStall{3};

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

// What a rival sends: plain commands, as any program would.
void select(VirtualCard& card, ByteView aid) {
  Bytes command{0x00, ins::kSelect, 0x04, 0x0C, static_cast<Byte>(aid.size())};
  append(command, aid);
  (void)card.process(command);
}

void send_pin(VirtualCard& card, ByteView aid, FileId file, ByteView value) {
  select(card, aid);
  (void)card.process(Bytes{0x00, ins::kSelect, 0x02, 0x0C, 0x02, static_cast<Byte>(file >> 8), static_cast<Byte>(file)});
  Bytes command{0x00, ins::kVerify, 0x00, 0x80, static_cast<Byte>(value.size())};
  append(command, value);
  (void)card.process(command);
}

void verify(VirtualCard& card, const PinRow& row) {
  for (const ImageApplication& application : card.image().applications) {
    if (!equal(application.aid, row.application)) continue;
    const auto pin = std::ranges::find(application.pins, row.file, &ImagePin::file);
    if (pin != application.pins.end()) return send_pin(card, application.aid, pin->file, as_bytes(std::string(pin->value)));
  }
}

void err_everywhere(VirtualCard& card) {
  const std::vector<ImageApplication> applications = card.image().applications;
  for (const ImageApplication& application : applications) {
    for (const ImagePin& pin : application.pins) {
      // a shared one would lose a try in each application
      if (!pin.shared) send_pin(card, application.aid, pin.file, Bytes(pin.value.size(), '*'));
    }
  }
  select(card, aid::kIssuerDomain);
}

bool is_signature(ByteView command) { return command.size() > 1 && command[1] == ins::kPerformSecurityOperation; }

}  // namespace

FaultPlayer::FaultPlayer(VirtualCard& card, std::vector<Fault> faults, Latency latency, std::function<void(FaultKind)> on_fault)
    : card_(&card), faults_(std::move(faults)), latency_(latency), on_fault_(std::move(on_fault)) {}

Played FaultPlayer::play(ByteView command) {
  if (removed_) return {.end = Played::End::removed};
  const std::uint32_t at = commands_++;
  const auto fault = std::ranges::find_if(faults_, [at](const Fault& one) { return one.at == at && !is_rival(one.kind); });
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
    default: break;   // rivals do not come between two commands of a transaction
  }
  return {.end = Played::End::lost};
}

Played::End FaultPlayer::taken() {
  const auto due = std::ranges::find_if(faults_, [this](const Fault& one) { return is_rival(one.kind) && one.at <= commands_; });
  if (due == faults_.end() || removed_) return Played::End::answered;
  const FaultKind kind = due->kind;
  faults_.erase(due);   // once
  if (on_fault_) on_fault_(kind);
  return act(kind);
}

Played::End FaultPlayer::act(FaultKind rival) {
  switch (rival) {
    case FaultKind::rival_resets: card_->warm_reset(); return Played::End::reset;
    case FaultKind::rival_powers: card_->power_on(); return Played::End::reset;
    case FaultKind::rival_holds: return Played::End::lost;
    case FaultKind::rival_selects: select(*card_, aid::kCommon); break;
    case FaultKind::rival_opens: verify(*card_, pin_row(my_number_profile(), PinKind::auth)); break;
    case FaultKind::rival_errs: err_everywhere(*card_); break;
    default: break;
  }
  return Played::End::answered;
}

void FaultPlayer::take_time(ByteView command, ByteView answer) const {
  auto time = latency_.command + latency_.byte * static_cast<long>(command.size() + answer.size());
  if (is_signature(command)) time += latency_.signature;
  if (time.count() > 0) std::this_thread::sleep_for(time);
}

}  // namespace myna
