// SPDX-License-Identifier: Apache-2.0
// VERIFY (docs/card/commands.md) and CHANGE REFERENCE DATA (docs/card/pins.md).
#include <algorithm>

#include "myna/core/secret.hpp"
#include "virtual_card_state.hpp"

namespace myna {
namespace {

constexpr StatusWord kMemoryFailure{0x6581};

StatusWord tries(std::uint8_t left) { return StatusWord(static_cast<std::uint16_t>(0x63C0 | std::min<std::uint8_t>(left, 15))); }

const PinRow* rule_of(ByteView aid, FileId file) {
  const auto pins = my_number_profile().pins;
  const auto found = std::ranges::find_if(pins, [&](const PinRow& row) { return row.file == file && equal(row.application, aid); });
  return found == pins.end() ? nullptr : &*found;
}

// The card enforces the form of each PIN on a change (docs/card/pins.md, "Change").
bool has_form(ByteView value, const PinRow& rule) {
  const auto fits = [&rule](Byte c) {
    return (c >= '0' && c <= '9') || (rule.alphabet == Alphabet::upper_alphanumeric && c >= 'A' && c <= 'Z');
  };
  return value.size() >= rule.min_length && value.size() <= rule.max_length && std::ranges::all_of(value, fits);
}

}  // namespace

// The empty form is a command without Lc and without Le; an Le makes it 6700.
Answer VirtualCard::State::verify(const ParsedCommand& command) {
  if (command.header.p1 != 0) return {sw::kWrongParameters};
  if (command.le != 0) return {sw::kWrongLength};
  const auto id = resolve(command.header.p2);
  if (!id) return {id.error().sw};
  ImagePin* pin = pin_by(*id);
  if (pin == nullptr) return {sw::kWrongFileKind};
  if (!command.data.empty()) return check_pin(*pin, command.data);
  const bool tell = is_verified(*id) && image.dialect.empty_verify_tells_verified;
  return {tell ? sw::kOk : tries(pin->remaining)};
}

// The counter goes down and is stored before the comparison: pulling the card must not make a try free. A value of
// impossible length costs a try as well (assumption: the worst case, docs/card/pins.md).
Answer VirtualCard::State::check_pin(ImagePin& pin, ByteView data) {
  if (pin.remaining == 0) return {image.dialect.blocked};
  --pin.remaining;
  share(pin);
  if (persist && !persist(image)) return {kMemoryFailure};
  if (!equal_constant_time(data, as_bytes(pin.value))) {
    if (image.dialect.wrong_pin_drops_state) verified.erase(pin.file);
    return {tries(pin.remaining)};
  }
  pin.remaining = pin.maximum;
  share(pin);
  if (persist && !persist(image)) return {kMemoryFailure};
  pin_owner = application;
  verified.insert(pin.file);
  return {sw::kOk};
}

// The same PIN seen from its other applications.
void VirtualCard::State::share(const ImagePin& pin) {
  if (!pin.shared) return;
  for (ImageApplication& other : image.applications) {
    for (ImagePin& same : other.pins) {
      if (same.shared && same.file == pin.file) same.remaining = pin.remaining;
    }
  }
}

Answer VirtualCard::State::change_reference_data(const ParsedCommand& command) {
  constexpr Byte kNewValueOnly = 0x01;
  if (command.header.p1 != kNewValueOnly) return {sw::kWrongParameters};
  if (command.le != 0 || command.data.empty()) return {sw::kWrongLength};
  const auto id = resolve(command.header.p2);
  if (!id) return {id.error().sw};
  ImagePin* pin = pin_by(*id);
  if (pin == nullptr) return {sw::kWrongFileKind};
  if (pin->shared) return {sw::kConditionsOfUse};   // has a command of its own (docs/card/common.md)
  if (!is_verified(*id)) return {sw::kSecurityStatus};
  const PinRow* rule = rule_of(application->aid, *id);
  if (rule == nullptr || !has_form(command.data, *rule)) return {sw::kWrongData};
  const std::string before = std::exchange(pin->value, std::string(as_text(command.data)));
  if (!persist || persist(image)) return {sw::kOk};
  pin->value = before;
  return {kMemoryFailure};
}

Status VirtualCard::adopt_pins(const CardImage& stored) {
  if (stored.applications.size() != state_->image.applications.size()) return fail(Errc::malformed);
  for (std::size_t i = 0; i < stored.applications.size(); ++i) {
    const auto& theirs = stored.applications[i].pins;
    auto& ours = state_->image.applications[i].pins;
    if (theirs.size() != ours.size()) return fail(Errc::malformed);
    for (std::size_t k = 0; k < ours.size(); ++k) {
      if (ours[k].value != theirs[k].value) state_->verified.erase(ours[k].file);
      ours[k] = theirs[k];
    }
  }
  return {};
}

}  // namespace myna
