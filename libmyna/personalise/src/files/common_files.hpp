// SPDX-License-Identifier: Apache-2.0
// 共通カードAP, 住基AP and the objects of the issuer domain of a virtual card (CARD.md 2.4 to 2.6).
#pragma once

#include "myna/card/card_image.hpp"
#include "myna/core/result.hpp"
#include "myna/personalise/personalise.hpp"

namespace myna {

struct CommonApplications {
  ImageApplication common;
  ImageApplication juki;
  ImageApplication issuer_domain;
};
// Errors: crypto_failed.
Result<CommonApplications> make_common_applications(const Personalisation& what, ByteView atr);

}  // namespace myna
