// SPDX-License-Identifier: Apache-2.0
#include "myna/card/card_transaction.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "myna/card/card_object.hpp"

namespace myna {
namespace {

constexpr Byte kByName = 0x04;
constexpr Byte kNoAnswerData = 0x0C;
constexpr Byte kMoreData = 0x61;
constexpr Byte kWrongLe = 0x6C;
constexpr std::size_t kMaxCollected = 65536;   // as much as one extended Le could bring

// Any of these ends the verified state of another application's PIN (docs/card/commands.md); tried in this order.
constexpr std::array<ByteView, 3> kWaysOut{ByteView(aid::kIssuerDomain), ByteView(aid::kText), ByteView(aid::kJpki)};

Le le_of(Byte sw2) { return sw2 == 0 ? Le::short_max() : Le::exactly(sw2); }

// Commands that only read may be said again with another Le; of all others nobody knows what the first one did.
bool only_reads(Byte instruction) {
  return instruction == ins::kReadBinary || instruction == ins::kReadRecord || instruction == ins::kGetData;
}

bool touches_pin(Byte instruction) { return instruction == ins::kVerify || instruction == ins::kChangeReferenceData; }

// At most Ne bytes answer a command (ISO/IEC 7816-4, 5.1): more of them came into being on the way, and what was read with them in it would
// contradict its signature. Without Le some cards answer a SELECT with data all the same.
bool is_too_long(const CommandApdu& command, const ResponseApdu& answer) {
  return command.ne() > 0 && answer.data().size() > command.ne();
}

}  // namespace

bool card_answered(const Error& error) noexcept {
  constexpr std::array kOfTheCard{Errc::malformed,          Errc::misplaced_object, Errc::file_absent,
                                  Errc::certificate_absent, Errc::access_denied,    Errc::key_unsupported};
  return error.sw != StatusWord{} || std::ranges::find(kOfTheCard, error.code) != kOfTheCard.end();
}

Result<CardTransaction> CardTransaction::begin(CardChannel& channel, CardTraits& traits) {
  MYNA_CHECK(channel.lock());
  return CardTransaction(channel, traits);
}

CardTransaction::CardTransaction(CardChannel& channel, CardTraits& traits) noexcept
    : channel_(&channel), traits_(&traits), resets_at_begin_(channel.resets()) {}

CardTransaction::CardTransaction(CardTransaction&& other) noexcept
    : channel_(std::exchange(other.channel_, nullptr)),
      traits_(other.traits_),
      resets_at_begin_(other.resets_at_begin_),
      selected_(std::move(other.selected_)),
      pin_application_(std::move(other.pin_application_)),
      first_command_(other.first_command_) {}

CardTransaction::~CardTransaction() {
  if (channel_ != nullptr) end();
}

void CardTransaction::end() noexcept {
  bool closed = false;
  try {
    closed = !pin_was_sent() || forget().has_value();
  } catch (...) {   // out of memory: the power is the last way out
  }
  channel_->unlock(closed ? EndAction::leave : EndAction::power_off);
}

Status CardTransaction::select_application(ByteView name) {
  MYNA_TRY(const CommandApdu command, CommandApdu::case3({0x00, ins::kSelect, kByName, kNoAnswerData}, name));
  const bool first = first_command_;
  auto answer = send(command);
  if (first && answer && answer->sw() == sw::kUnspecified) answer = send(command);
  if (!answer) return Unexpected(answer.error());
  const Errc refusal = answer->sw() == sw::kFileNotFound ? Errc::file_absent : Errc::unexpected_status;
  if (!answer->ok()) return Unexpected(about(fail(refusal, answer->sw()).error(), card_object(name)));
  selected_.assign(name.begin(), name.end());
  return {};
}

Status CardTransaction::forget() {
  const Bytes holder = std::exchange(selected_, {});
  for (const ByteView way : kWaysOut) {
    if (equal(way, holder) || equal(way, pin_application_)) continue;
    const Status left = select_application(way);
    selected_.clear();
    if (left) {
      pin_application_.clear();
      return {};
    }
    if (left.error().sw == StatusWord{}) return left;   // no answer at all: the other ways would fail as well
  }
  return fail(Errc::unexpected_status);
}

Result<ResponseApdu> CardTransaction::transmit(const CommandApdu& command) {
  if (selected_.empty()) return fail(Errc::invalid_argument);
  return send(command);
}

Result<ResponseApdu> CardTransaction::send(const CommandApdu& command) {
  remember_pin(command);
  auto answer = send_once(command);
  if (!answer && may_repeat(command, answer.error())) answer = send_once(command);
  if (!answer) return answer;
  return follow(command, *std::move(answer));
}

Result<ResponseApdu> CardTransaction::send_once(const CommandApdu& command) {
  first_command_ = false;
  auto answer = channel_->exchange(command.wire());
  if (answer && channel_->resets() != resets_at_begin_) return fail(Errc::card_changed);
  return answer && is_too_long(command, *answer) ? fail(Errc::link_lost) : std::move(answer);
}

// VERIFY, CHANGE REFERENCE DATA, signatures and GET RESPONSE are never sent twice: nobody knows whether the card
// saw the first one.
bool CardTransaction::may_repeat(const CommandApdu& command, const Error& error) const noexcept {
  const Byte instruction = command.header().ins;
  return error.code == Errc::link_lost && channel_->resets() == resets_at_begin_ &&
         (instruction == ins::kSelect || instruction == ins::kReadBinary);
}

// Before the command leaves: when the link breaks, the card may have opened the PIN all the same.
void CardTransaction::remember_pin(const CommandApdu& command) {
  if (touches_pin(command.header().ins) && command.has_data()) pin_application_ = selected_;
}

Result<ResponseApdu> CardTransaction::follow(const CommandApdu& command, ResponseApdu first) {
  if (first.sw().sw1() == kMoreData) return get_response(std::move(first));
  const Header header = command.header();
  if (first.sw().sw1() != kWrongLe || !only_reads(header.ins)) return first;
  traits_->exact_le = Known::yes;
  return send_once(CommandApdu::case2(header, le_of(first.sw().sw2())));
}

Result<ResponseApdu> CardTransaction::get_response(ResponseApdu answer) {
  SecretBytes collected;
  while (answer.sw().sw1() == kMoreData && collected.size() < kMaxCollected) {
    collected.append(answer.data());
    MYNA_TRY(answer, send_once(CommandApdu::case2({0x00, ins::kGetResponse, 0x00, 0x00}, le_of(answer.sw().sw2()))));
  }
  collected.append(answer.data());
  return ResponseApdu(std::move(collected), answer.sw());
}

}  // namespace myna
