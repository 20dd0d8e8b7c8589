// SPDX-License-Identifier: Apache-2.0
#include "validity.hpp"

#include "myna/core/dates.hpp"

namespace myna {
namespace {

using namespace std::chrono;

constexpr int kAdult = 18;   // docs/card/certificates.md, "Validity"

sys_days birthday_in(year which, year_month_day birth_date) {
  const year_month_day day = which / birth_date.month() / birth_date.day();
  return day.ok() ? sys_days(day) : sys_days(which / March / 1);
}

// The birthday that comes as the nth after the day of issue.
sys_days birthday_after(sys_seconds issued, year_month_day birth_date, int nth) {
  const sys_days issue_day = day_in_japan(issued);
  year which = year_month_day(issue_day).year();
  if (birthday_in(which, birth_date) <= issue_day) ++which;
  return birthday_in(which + years(nth - 1), birth_date);
}

}  // namespace

int age_at(sys_seconds when, year_month_day birth_date) {
  const sys_days today = day_in_japan(when);
  const year this_year = year_month_day(today).year();
  const int years = static_cast<int>(this_year) - static_cast<int>(birth_date.year());
  return today < birthday_in(this_year, birth_date) ? years - 1 : years;
}

sys_seconds certificate_end(sys_seconds issued, year_month_day birth_date) {
  return sys_seconds(birthday_after(issued, birth_date, 5) + days(1)) - kJapan - seconds(1);
}

year_month_day card_end(sys_seconds issued, year_month_day birth_date) {
  return birthday_after(issued, birth_date, age_at(issued, birth_date) < kAdult ? 5 : 10);
}

}  // namespace myna
