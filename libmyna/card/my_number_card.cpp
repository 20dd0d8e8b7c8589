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
  if (!token && token.error().code == Errc::file_absent) token = TokenInformation{};
  if (!token) return Unexpected(token.error());
  const CardProfile* profile = profile_by_label(token->label);
  if (profile == nullptr) profile = &my_number_profile();
  jpki.use_profile(*profile);
  return Recognised{profile->kind, profile, *token};
}

}  // namespace myna
