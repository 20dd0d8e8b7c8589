// SPDX-License-Identifier: Apache-2.0
// Every proof that the PINs at hand allow, in one transaction, text first.
#pragma once

#include <span>
#include <vector>

#include "myna/trust/authenticity.hpp"
#include "myna/use_cases/card_policy.hpp"

namespace myna {

struct CardEvidence {
  TextEvidence text{};
  FaceEvidence face{};
  SecretBytes auth_certificate{}, auth_ca{}, sign_certificate{}, sign_ca{};
  Challenge auth{};                                          // answered by the authentication key
  SecretBytes issuer_municipality{}, issuer_expiry{};        // objects of the issuer's application
};

// PINs text, face-code-b or face-code-a, auth and sign, as far as they are there. An application or a PIN that the card lacks proves
// nothing by that, and takes no other proof along. Errors: card_foreign (the card hears one command), those of VERIFY and of the card.
Result<CardEvidence> collect_card_evidence(MyNumberCard& card, std::vector<Pin>&& pins, const CardPolicy& policy);

// `test_issuers`: those of virtual cards count too.
AuthenticityReport judge_card(const CardEvidence& evidence, std::span<const CvAnchor> anchors, std::chrono::sys_seconds now,
                              bool test_issuers);

}  // namespace myna
