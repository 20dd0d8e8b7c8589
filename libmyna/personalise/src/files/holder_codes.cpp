// SPDX-License-Identifier: Apache-2.0
#include "holder_codes.hpp"

#include "myna/core/dates.hpp"
#include "pki/test_pki.hpp"
#include "pki/validity.hpp"

namespace myna {
namespace {

std::string two_digits(unsigned value) { return std::to_string(value % 100 + 100).substr(1); }

}  // namespace

std::string birth_key_of(const Holder& holder) {
  return two_digits(era_year(holder.birth_date)) + digits_of(holder.birth_date).substr(4);
}

std::string card_expiry_of(const Personalisation& what) { return digits_of(card_end(what.issued, what.holder.birth_date)); }

std::string code_b_of(const Personalisation& what) {
  return birth_key_of(what.holder) + card_expiry_of(what).substr(0, 4) + what.holder.security_code;
}

}  // namespace myna
