// SPDX-License-Identifier: Apache-2.0
// Makes a virtual card: keys, a test PKI like the real one (docs/card/certificates.md), and every application with its files, records
// signed under the test anchors.
#pragma once

#include <chrono>
#include <string>

#include "myna/card/card_image.hpp"
#include "myna/core/result.hpp"

namespace myna {

// The person on the test card. An obvious nobody.
struct Holder {
  std::string name = "番号　花子";
  std::string address = "東京都千代田区霞が関１丁目２番３号";
  std::chrono::year_month_day birth_date{std::chrono::year{1990}, std::chrono::month{1}, std::chrono::day{2}};
  char sex = '2';                               // JIS X 0303: 1 male, 2 female, 9 not applicable, 0 unknown
  std::string municipality_code = "13101";
  std::string prefecture = "Tokyo-to";
  std::string municipality = "Chiyoda-ku";
  std::string my_number = "123456789018";       // 個人番号, 12 digits with a right check digit
  std::string security_code = "4649";           // printed at the lower right of the face
};

enum class PhotoSize : std::uint8_t {
  small,   // 160 x 200, a few kB
  large,   // 640 x 800 in 28 kB, about what offsets of 15 bits can reach (docs/card/commands.md); its PNG has about 250 kB
};

struct Personalisation {
  CardKind kind = CardKind::my_number;          // foreign: a card without the JPKI application
  Holder holder;
  std::string auth_pin = "1234";
  std::string sign_password = "ABC123";
  std::string text_pin = "5678";                // of the resident's data; this and the next on the plastic card only
  std::string juki_pin = "9012";                // 住民基本台帳用暗証番号
  PhotoSize photo = PhotoSize::small;
  bool with_auth_certificate = true;
  bool with_sign_certificate = true;
  std::chrono::sys_seconds issued;              // certificates start here and end on the 5th birthday, 23:59:59 JST
  Dialect dialect;
};

// Generates keys: takes about a second. Errors: pin_malformed, invalid_argument (holder), crypto_failed.
Result<CardImage> personalise(const Personalisation& what);

}  // namespace myna
