// SPDX-License-Identifier: Apache-2.0
#include "holder_codes.hpp"

#include <array>
#include <cstdio>

#include "pki/test_pki.hpp"
#include "pki/validity.hpp"

namespace myna {
namespace {

std::string two_digits(unsigned value) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%02u", value % 100);
  return text.data();
}

}  // namespace

std::string date_digits(const std::chrono::year_month_day& date) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%04d%02u%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()));
  return text.data();
}

std::string birth_key_of(const Holder& holder) {
  const auto& born = holder.birth_date;
  return two_digits(era_year(born)) + two_digits(static_cast<unsigned>(born.month())) + two_digits(static_cast<unsigned>(born.day()));
}

std::string card_expiry_of(const Personalisation& what) { return date_digits(card_end(what.issued, what.holder.birth_date)); }

std::string code_b_of(const Personalisation& what) {
  return birth_key_of(what.holder) + card_expiry_of(what).substr(0, 4) + what.holder.security_code;
}

}  // namespace myna
