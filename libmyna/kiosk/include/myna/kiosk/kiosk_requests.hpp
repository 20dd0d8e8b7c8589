// SPDX-License-Identifier: Apache-2.0
// What a program may ask of a card in a session, and within which limits.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "myna/card/pin.hpp"
#include "myna/crypto/crypto.hpp"

namespace myna::kiosk {

inline constexpr std::size_t kLeastChallenge = 16, kMostChallenge = 1024, kMostAudience = 255, kMostLabel = 200, kLeastPurpose = 3,
                             kMostPurpose = 200;   // bytes
inline constexpr unsigned kMostYears = 150;

struct Identify {};                                        // Held::identity: 2 commands
struct CountTries { std::vector<PinKind> kinds{}; };       // Held::counters; empty: auth, sign, text, as far as the card has them
struct ReadAttributes { Pin pin; };                 // Held::attributes; PIN text or text-code-b
struct ReadFace { Pin pin; };                       // Held::face; face-code-a or face-code-b
struct ReadNumber {                                        // Held::number; text or text-code-a; only with Options::read_number
  Pin pin;
  std::string purpose;                                     // why the law allows it: 3 to 200 bytes of text
};
struct AnswerLogIn {                                       // Held::log_in; auth
  Pin pin;
  std::string audience;                                    // who asks, for instance "https://example.jp": 1 to 255 bytes
  Bytes challenge;                                         // 16 to 1024 random bytes of the server, used once
};
struct CheckAge {                                          // Held::age; text, text-code-b or face-birth
  Pin pin;
  unsigned years;                                          // 0 to 150
  std::chrono::year_month_day on;                          // of the years 1 to 9999
};
struct SignDigest {                                        // Held::signature; auth or sign names the key
  Pin pin;
  Digest digest;
  Bytes hash;                                              // as long as the digest
};
struct ReadCertificate {                                   // Held::certificate; `sign` needs its PIN, the others may have auth
  CertificateKind kind;
  std::optional<Pin> pin{};
};
struct VerifyPin { Pin pin; };                      // nothing is held: the PIN was right; juki is only counted
struct RemindRenewal { std::chrono::sys_seconds now; };    // Held::renewal

using Request = std::variant<Identify, CountTries, ReadAttributes, ReadFace, ReadNumber, AnswerLogIn, CheckAge, SignDigest, ReadCertificate,
                             VerifyPin, RemindRenewal>;

// Whether everything is as above; asked by submit() before a PIN of the placement is spent. Errors: invalid_argument.
Status check(const Request& request);
// Of a confirmation: 1 to 200 bytes of printable UTF-8. Errors: invalid_argument.
Status check_label(std::string_view label);

// The PIN that will be sent; nullptr for none.
const Pin* pin_of(const Request& request) noexcept;

}  // namespace myna::kiosk
