// SPDX-License-Identifier: Apache-2.0
// A PKI for test cards, shaped like the real one (docs/card/certificates.md) and unmistakable for it.
#pragma once

#include "certificate_builder.hpp"
#include "myna/personalise/personalise.hpp"

namespace myna {

enum class Branch { auth, sign };   // user authentication, digital signature

struct IssuedCertificate {
  Bytes der;
  Bytes pkcs8;
};

// A self-signed root, valid for ten years around the time of issue.
Result<Issuer> make_test_ca(Branch branch, std::chrono::sys_seconds issued);

Result<IssuedCertificate> issue_auth_certificate(const Issuer& ca, const Personalisation& what);
Result<IssuedCertificate> issue_sign_certificate(const Issuer& ca, const Personalisation& what);

// `EYYYYMMDD`: an era digit (3 昭和, 4 平成, 5 令和 ...) and the Gregorian date (docs/card/certificates.md).
std::string era_date(std::chrono::year_month_day date);
// The year of the era, 1 for its first; the last two digits of the Gregorian year for a date before 明治.
unsigned era_year(std::chrono::year_month_day date);

}  // namespace myna
