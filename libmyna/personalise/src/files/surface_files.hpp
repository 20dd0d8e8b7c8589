// SPDX-License-Identifier: Apache-2.0
// The 券面事項確認AP of a virtual card (docs/card/surface.md).
#pragma once

#include "myna/card/card_image.hpp"
#include "myna/core/result.hpp"
#include "myna/personalise/personalise.hpp"

namespace myna {

// The pictures that the card face is made of, and the files that they become.
struct FacePictures {
  Bytes name_png;
  Bytes address_png;
  Bytes photo_jp2;
  Bytes photo_png;            // the same picture, as `myna face` writes it
  Bytes security_code_png;
  Bytes number_png;
};
Result<FacePictures> draw_face(const Personalisation& what);

Result<ImageApplication> make_surface_application(const Personalisation& what, const FacePictures& pictures);

}  // namespace myna
