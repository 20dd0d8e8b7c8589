// SPDX-License-Identifier: Apache-2.0
// Days and times as text, both ways. Times are UTC unless they say Japan; years are 0001 to 9999.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace myna {

inline constexpr std::chrono::hours kJapan{9};   // ahead of UTC, without summer time

std::chrono::sys_days day_in_japan(std::chrono::sys_seconds time) noexcept;

struct CivilTime {
  int year = 0;
  unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0;
};
// None for what no calendar has; second 60 is the next minute's first.
std::optional<std::chrono::sys_seconds> utc_of(const CivilTime& time) noexcept;

std::string digits_of(std::chrono::year_month_day day);        // 20300102
std::string iso_day(std::chrono::year_month_day day);          // 2030-01-02
std::string iso_utc(std::chrono::sys_seconds time);            // 2030-01-02T14:59:59Z
std::string japan_time(std::chrono::sys_seconds time);         // 2030-01-02 23:59:59 JST
std::string japan_digits(std::chrono::sys_seconds time);       // 20300102235959

// Only what digits_of() and iso_day() write.
std::optional<std::chrono::year_month_day> day_of_digits(std::string_view text) noexcept;
std::optional<std::chrono::year_month_day> day_of_iso(std::string_view text) noexcept;

// xs:dateTime with a zone: what iso_utc() writes, with "+09:00" in place of Z, with a fraction of a second, which is left out.
std::optional<std::chrono::sys_seconds> time_of_iso(std::string_view text) noexcept;

// The last day that eight digits of a register may mean: where it does not know the day or the month, it writes 00. It may be no day of
// the calendar (31 February). None for what are no eight digits.
std::optional<std::chrono::year_month_day> latest_day_of(std::string_view digits) noexcept;

}  // namespace myna
