// SPDX-License-Identifier: Apache-2.0
// Power, reset and dispatch. Status words: docs/card/commands.md; "(assumption)" marks what no source tells.
#include "myna/virtual/virtual_card.hpp"

#include <array>

#include "virtual_card_state.hpp"

namespace myna {
namespace {

constexpr Byte kProprietary = 0x80;
constexpr Byte kChannelBits = 0x03;
constexpr Byte kSecureMessagingBits = 0x0C;

using Handler = Answer (VirtualCard::State::*)(const ParsedCommand&);

}  // namespace

struct VirtualCardCommands {
  struct Row {
    Byte cla;
    Byte ins;
    Handler handler;
  };
  static constexpr std::array kRows{
      Row{.cla = 0x00, .ins = ins::kSelect, .handler = &VirtualCard::State::select},
      Row{.cla = 0x00, .ins = ins::kReadBinary, .handler = &VirtualCard::State::read_binary},
      Row{.cla = 0x00, .ins = ins::kReadRecord, .handler = &VirtualCard::State::read_record},
      Row{.cla = 0x00, .ins = ins::kInternalAuthenticate, .handler = &VirtualCard::State::internal_authenticate},
      Row{.cla = 0x00, .ins = ins::kVerify, .handler = &VirtualCard::State::verify},
      Row{.cla = 0x00, .ins = ins::kChangeReferenceData, .handler = &VirtualCard::State::change_reference_data},
      Row{.cla = 0x00, .ins = ins::kGetChallenge, .handler = &VirtualCard::State::get_challenge},
      Row{.cla = 0x00, .ins = ins::kGetData, .handler = &VirtualCard::State::get_data},
      Row{.cla = kProprietary, .ins = ins::kPerformSecurityOperation,
          .handler = &VirtualCard::State::perform_security_operation},
  };

  static Answer dispatch(VirtualCard::State& state, const ParsedCommand& command) {
    bool known_instruction = false;
    for (const Row& row : kRows) {
      if (row.ins != command.header.ins) continue;
      if (row.cla == command.header.cla) return (state.*row.handler)(command);
      known_instruction = true;
    }
    return {known_instruction ? sw::kClassUnknown : sw::kInstructionUnknown};
  }

  // Only channel 0 works (docs/card/transport.md), and secure messaging nowhere (docs/card/commands.md).
  static std::optional<StatusWord> refuse_class(Byte cla) {
    const Byte basic = cla & static_cast<Byte>(~kProprietary);
    if ((basic & static_cast<Byte>(~(kChannelBits | kSecureMessagingBits))) != 0) return sw::kClassUnknown;
    if ((basic & kSecureMessagingBits) != 0) return sw::kSecureMessagingNotSupported;
    if ((basic & kChannelBits) != 0) return sw::kChannelNotSupported;
    return std::nullopt;
  }

  static Answer answer(VirtualCard::State& state, ByteView wire) {
    if (!state.powered) return {sw::kUnspecified};
    if (std::exchange(state.first_command, false) && state.image.dialect.first_command_fails) return {sw::kUnspecified};
    const auto command = parse_command(wire);
    if (!command) return {sw::kWrongLength};
    if (const auto refusal = refuse_class(command->header.cla)) return {*refusal};
    if (command->extended && !state.image.dialect.extended_length) return {sw::kWrongLength};
    return dispatch(state, *command);
  }
};

VirtualCard::VirtualCard(std::unique_ptr<State> state) : state_(std::move(state)) {}
VirtualCard::VirtualCard(VirtualCard&&) noexcept = default;
VirtualCard& VirtualCard::operator=(VirtualCard&&) noexcept = default;
VirtualCard::~VirtualCard() = default;

Result<VirtualCard> VirtualCard::create(CardImage image, Persist persist) {
  auto state = std::make_unique<State>();
  state->image = std::move(image);
  state->persist = std::move(persist);
  for (ImageApplication& application : state->image.applications) {
    for (ImageKey& key : application.keys) {
      if (key.loaded) continue;
      MYNA_TRY(key.loaded, load_private_key(key.pkcs8));
    }
  }
  return VirtualCard(std::move(state));
}

void VirtualCard::power_on() {
  power_off();
  state_->powered = true;
  state_->select_issuer_domain();
}

void VirtualCard::power_off() {
  state_->powered = false;
  state_->first_command = true;
  state_->application_was_selected = false;
  state_->application = nullptr;
  state_->current.reset();
  state_->pin_owner = nullptr;
  state_->verified.clear();
}

void VirtualCard::warm_reset() {
  state_->current.reset();
  if (!state_->image.dialect.warm_reset_keeps_selection) state_->select_issuer_domain();
}

bool VirtualCard::powered() const noexcept { return state_->powered; }
ByteView VirtualCard::atr() const noexcept { return state_->image.atr; }
const CardImage& VirtualCard::image() const noexcept { return state_->image; }

Bytes VirtualCard::process(ByteView command) {
  Answer answer = VirtualCardCommands::answer(*state_, command);
  append(answer.data, std::array{answer.sw.sw1(), answer.sw.sw2()});
  return std::move(answer.data);
}

}  // namespace myna
