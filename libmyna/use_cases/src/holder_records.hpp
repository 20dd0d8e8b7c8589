// SPDX-License-Identifier: Apache-2.0
// The signed records of text and card face within an open transaction: free file first, then the VERIFY, then what it opens.
#pragma once

#include "myna/use_cases/holder_data.hpp"

namespace myna {

// With `proof` the whole signed record and an answer of the live key; without, the attributes alone.
Status collect_text(MyNumberCard& card, CardTransaction& transaction, Pin&& pin, bool proof, const CardPolicy& policy,
                    TextEvidence& evidence);

// The same of the card face; the card record is not read.
Status collect_surface(MyNumberCard& card, CardTransaction& transaction, FaceRequest&& request, const CardPolicy& policy,
                       FaceEvidence& evidence);

}  // namespace myna
