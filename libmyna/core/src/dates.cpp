// SPDX-License-Identifier: Apache-2.0
#include "myna/core/dates.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace myna {
namespace {

using namespace std::chrono;

CivilTime civil_time(sys_seconds time) {
  const sys_days day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  return {int{date.year()}, unsigned{date.month()}, unsigned{date.day()}, static_cast<unsigned>(clock.hours().count()),
          static_cast<unsigned>(clock.minutes().count()), static_cast<unsigned>(clock.seconds().count())};
}

CivilTime civil_day(year_month_day day) { return {.year = int{day.year()}, .month = unsigned{day.month()}, .day = unsigned{day.day()}}; }

// A format takes as many of the six numbers as it wants.
std::string written(const char* format, const CivilTime& t) {
  std::array<char, 80> text{};
  std::snprintf(text.data(), text.size(), format, t.year, t.month, t.day, t.hour, t.minute, t.second);
  return text.data();
}

// 0 stands for a digit, everything else for itself.
bool has_form(std::string_view text, std::string_view form) {
  return std::ranges::equal(text, form, [](char c, char expected) { return expected == '0' ? c >= '0' && c <= '9' : c == expected; });
}

// Of digits only.
unsigned number_at(std::string_view text, std::size_t at, std::size_t count) {
  unsigned number = 0;
  for (const char digit : text.substr(at, count)) number = number * 10 + static_cast<unsigned>(digit - '0');
  return number;
}

year_month_day calendar_day(unsigned y, unsigned m, unsigned d) { return {year(static_cast<int>(y)), month(m), day(d)}; }

std::optional<year_month_day> real_day(unsigned y, unsigned m, unsigned d) {
  const year_month_day date = calendar_day(y, m, d);
  return y >= 1 && date.ok() ? std::optional(date) : std::nullopt;
}

// "Z", "+09:00", "-05:30".
std::optional<minutes> zone_of(std::string_view zone) {
  constexpr unsigned kWidest = 14;   // hours (XML Schema part 2, 3.2.7.3)
  if (zone == "Z") return minutes{0};
  if (!has_form(zone, "+00:00") && !has_form(zone, "-00:00")) return std::nullopt;
  const unsigned h = number_at(zone, 1, 2), m = number_at(zone, 4, 2);
  if (h > kWidest || m > 59) return std::nullopt;
  const minutes offset(h * 60 + m);
  return zone.front() == '+' ? offset : -offset;
}

}  // namespace

sys_days day_in_japan(sys_seconds time) noexcept { return floor<days>(time + kJapan); }

std::optional<sys_seconds> utc_of(const CivilTime& t) noexcept {
  const year_month_day date{year(t.year), month(t.month), day(t.day)};
  if (!date.ok() || t.hour > 23 || t.minute > 59 || t.second > 60) return std::nullopt;
  return sys_days(date) + hours(t.hour) + minutes(t.minute) + seconds(t.second);
}

std::string digits_of(year_month_day day) { return written("%04d%02u%02u", civil_day(day)); }
std::string iso_day(year_month_day day) { return written("%04d-%02u-%02u", civil_day(day)); }
std::string iso_utc(sys_seconds time) { return written("%04d-%02u-%02uT%02u:%02u:%02uZ", civil_time(time)); }
std::string japan_time(sys_seconds time) { return written("%04d-%02u-%02u %02u:%02u:%02u JST", civil_time(time + kJapan)); }
std::string japan_digits(sys_seconds time) { return written("%04d%02u%02u%02u%02u%02u", civil_time(time + kJapan)); }

std::optional<year_month_day> day_of_digits(std::string_view text) noexcept {
  if (!has_form(text, "00000000")) return std::nullopt;
  return real_day(number_at(text, 0, 4), number_at(text, 4, 2), number_at(text, 6, 2));
}

std::optional<year_month_day> day_of_iso(std::string_view text) noexcept {
  if (!has_form(text, "0000-00-00")) return std::nullopt;
  return real_day(number_at(text, 0, 4), number_at(text, 5, 2), number_at(text, 8, 2));
}

std::optional<sys_seconds> time_of_iso(std::string_view text) noexcept {
  constexpr std::string_view kForm = "0000-00-00T00:00:00", kDigits = "0123456789";
  if (!has_form(text.substr(0, kForm.size()), kForm)) return std::nullopt;
  std::string_view zone = text.substr(kForm.size());
  if (zone.starts_with('.')) zone.remove_prefix(std::min(zone.find_first_not_of(kDigits, 1), zone.size()));
  const auto offset = zone_of(zone);
  const auto time = utc_of({static_cast<int>(number_at(text, 0, 4)), number_at(text, 5, 2), number_at(text, 8, 2), number_at(text, 11, 2),
                            number_at(text, 14, 2), number_at(text, 17, 2)});
  return offset && time ? std::optional(*time - *offset) : std::nullopt;
}

std::optional<year_month_day> latest_day_of(std::string_view digits) noexcept {
  if (!has_form(digits, "00000000")) return std::nullopt;
  const unsigned m = number_at(digits, 4, 2), d = number_at(digits, 6, 2);
  return calendar_day(number_at(digits, 0, 4), m == 0 ? 12 : m, d == 0 ? 31 : d);
}

}  // namespace myna
