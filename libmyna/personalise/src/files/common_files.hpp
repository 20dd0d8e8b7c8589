// SPDX-License-Identifier: Apache-2.0
// 共通カードAP, 住基AP and the objects of the issuer domain of a virtual card (docs/card/common.md).
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
