// SPDX-License-Identifier: Apache-2.0
// The holder's data with what proves it: four attributes, card face, age. Judging is judge() of authenticity.hpp.
#pragma once

#include <chrono>
#include <functional>

#include "myna/trust/authenticity.hpp"
#include "myna/use_cases/card_policy.hpp"

namespace myna {

// PIN text or text-code-b. Without `proof` the attributes alone. `live`: a challenge that the text application's key has answered already.
// Errors: application_absent, those of VERIFY and of the card; what the card does not give is missing in the evidence.
Result<TextEvidence> read_attributes(MyNumberCard& card, Pin&& pin, bool proof, const CardPolicy& policy, Challenge live = {});

struct FaceRequest {
  Pin pin;                     // face-code-a or face-code-b
  bool proof = true;
  bool text_too = false;       // with code B: the text application takes the same digits, and is read first
  // Called while code A is open: reads the picture of the 個人番号 (my_number.hpp).
  std::function<Result<SecretBytes>(CardTransaction&)> number_picture{};
};
struct FaceAnswer {
  FaceEvidence face{};
  TextEvidence text{};
};
Result<FaceAnswer> read_face(MyNumberCard& card, FaceRequest&& request, const CardPolicy& policy);

struct Age {
  bool old_enough = false;
  Verdict genuine{};           // whether the birth date is the one that was signed, for the card that lies there
};
struct AgeRequest {
  Pin pin;                     // text, text-code-b or face-birth
  unsigned years;
  std::chrono::year_month_day on;
};
// On the birthday itself, and of a 29 February on 1 March: never a day early. 00 where the register has no month or day counts as the
// latest possible. Nobody is old enough by what failed, nor, with `require_proof`, by what is not proven. Errors: file_absent, malformed,
// those of VERIFY and of the card.
Result<Age> check_age(MyNumberCard& card, AgeRequest&& request, const CardPolicy& policy, std::span<const CvAnchor> anchors,
                      bool require_proof, Challenge live = {});

}  // namespace myna
