// SPDX-License-Identifier: Apache-2.0
#include "myna/card/my_number_card.hpp"

namespace myna {

MyNumberCard::MyNumberCard(std::unique_ptr<CardChannel> channel, LengthMode mode, std::shared_ptr<RefusedPins> refused)
    : channel_(std::move(channel)), refused_(std::move(refused)) {
  traits_.length_mode = mode;
}

Result<CardTransaction> MyNumberCard::begin() {
  auto transaction = CardTransaction::begin(*channel_, traits_);
  if (!transaction && transaction.error().code == Errc::card_removed) refused_->forget_all();
  if (!transaction) return transaction;
  const bool changed = used_ && channel_->resets() != resets_;
  used_ = true;
  resets_ = channel_->resets();
  if (!changed) return transaction;
  traits_ = CardTraits{.length_mode = traits_.length_mode};
  return fail(Errc::card_changed);
}

Result<Recognised> recognise(JpkiApplication& jpki) {
  auto token = jpki.token_information();
  const auto state = token ? ObjectState::present : object_state(token.error());
  if (!state) return Unexpected(token.error());
  if (!token) token = TokenInformation{};
  const CardProfile* profile = profile_by_label(token->label);
  if (profile == nullptr) profile = &my_number_profile();
  jpki.use_profile(*profile);
  return Recognised{profile->kind, profile, *token, *state};
}

Result<Bytes> identity_of(JpkiApplication& jpki, const TokenInformation& token) {
  auto identity = jpki.identity();
  if (identity) return std::move(identity->issuer_and_serial);
  if (!object_state(identity.error())) return Unexpected(identity.error());
  if (token.label.empty() && token.serial.empty()) return Bytes{};
  const std::string told = token.label + '\n' + token.manufacturer + '\n' + token.serial;
  return Bytes(told.begin(), told.end());
}

}  // namespace myna
