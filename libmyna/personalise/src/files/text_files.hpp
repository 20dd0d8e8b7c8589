// SPDX-License-Identifier: Apache-2.0
// The 券面事項入力補助AP of a virtual card (docs/card/text.md, docs/card/records.md).
#pragma once

#include "myna/card/card_image.hpp"
#include "myna/core/result.hpp"
#include "myna/personalise/personalise.hpp"

namespace myna {

// EF 0001, 17 bytes.
Bytes number_file(std::string_view my_number);
// EF 0002.
Bytes basic_attributes_file(const Holder& holder);

// Files, PIN, codes and keys. Errors: crypto_failed.
Result<ImageApplication> make_text_application(const Personalisation& what);

}  // namespace myna
