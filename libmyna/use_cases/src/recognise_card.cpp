// SPDX-License-Identifier: Apache-2.0
#include "myna/use_cases/recognise_card.hpp"

namespace myna {
namespace {

constexpr std::size_t kNobody = 32;

// A phone has no such application.
Status ask_text_key(CardTransaction& transaction, Challenge& challenge) {
  auto text = TextApplication::select(transaction);
  return text ? keep_if_given(text->answer_challenge(challenge.digest_info), challenge.answer)
              : text.error().code == Errc::application_absent ? Status{} : Status{Unexpected(text.error())};
}

// A card that tells nothing of itself is never the one from before.
Bytes nobody() {
  Bytes identity(kNobody);
  fill_random(identity);
  return identity;
}

}  // namespace

Result<Recognition> recognise_card(MyNumberCard& card, const Challenge& challenge) {
  MYNA_TRY(auto transaction, card.begin());
  MYNA_TRY(auto jpki, JpkiApplication::select(transaction));
  MYNA_TRY(const Recognised known, recognise(jpki));
  Recognition recognition{.profile = known.profile, .live = challenge};
  MYNA_TRY(recognition.identity, identity_of(jpki, known.token));
  card.refused_pins().card_is(recognition.identity);
  if (recognition.identity.empty()) recognition.identity = nobody();
  MYNA_CHECK(ask_text_key(transaction, recognition.live));
  return recognition;
}

}  // namespace myna
