// SPDX-License-Identifier: Apache-2.0
#include "myna/my_number_card.hpp"

namespace myna {

MyNumberCard::MyNumberCard(std::unique_ptr<CardChannel> channel, LengthMode mode) : channel_(std::move(channel)) {
  traits_.length_mode = mode;
}

Result<CardTransaction> MyNumberCard::begin() {
  MYNA_TRY(auto transaction, CardTransaction::begin(*channel_, traits_));
  const bool changed = used_ && channel_->resets() != resets_;
  used_ = true;
  resets_ = channel_->resets();
  if (!changed) return transaction;
  traits_ = CardTraits{.length_mode = traits_.length_mode};
  refused_.forget_all();
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

}  // namespace myna
