// SPDX-License-Identifier: Apache-2.0
#include "xml_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "myna/core/hex.hpp"
#include "myna/crypto/crypto.hpp"

namespace myna::xml {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";
constexpr std::chrono::hours kJapan{9};

struct DateTime {
  int year = 0;
  unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

DateTime parts_of(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return {int{date.year()}, unsigned{date.month()}, unsigned{date.day()}, static_cast<unsigned>(clock.hours().count()),
          static_cast<unsigned>(clock.minutes().count()), static_cast<unsigned>(clock.seconds().count())};
}

std::string written(const char* format, const DateTime& t) {
  std::array<char, 80> text{};
  const int length = std::snprintf(text.data(), text.size(), format, t.year, t.month, t.day, t.hour, t.minute, t.second);
  return {text.data(), static_cast<std::size_t>(length)};
}

// "Z", "+09:00", "-05:30".
std::optional<std::chrono::minutes> zone_of(const std::string& zone) {
  if (zone == "Z") return std::chrono::minutes{0};
  char sign = 0;
  unsigned hours = 0, minutes = 0;
  int used = 0;
  if (std::sscanf(zone.c_str(), "%c%2u:%2u%n", &sign, &hours, &minutes, &used) != 3 || used != 6 || zone.size() != 6) return std::nullopt;
  if ((sign != '+' && sign != '-') || hours > 14 || minutes > 59) return std::nullopt;
  const auto offset = std::chrono::minutes(hours * 60 + minutes);
  return sign == '+' ? offset : -offset;
}

bool is_bad_step(std::string_view step) { return step.empty() || step == "." || step == ".."; }

}  // namespace

std::optional<Bytes> from_xml_base64(std::string_view text) {
  std::string packed(text);
  std::erase_if(packed, [](char c) { return kSpaces.find(c) != std::string_view::npos; });
  return from_base64(packed);
}

bool is_safe_name(std::string_view name) {
  const bool odd = std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '\\'; });
  if (odd || name.substr(0, name.find('/')).find(':') != std::string_view::npos) return false;
  for (std::size_t from = 0; from <= name.size();) {
    const std::size_t to = std::min(name.find('/', from), name.size());
    if (is_bad_step(name.substr(from, to - from))) return false;
    from = to + 1;
  }
  return true;
}

std::string utc_time(std::chrono::sys_seconds time) { return written("%04d-%02u-%02uT%02u:%02u:%02uZ", parts_of(time)); }

std::string japan_digits(std::chrono::sys_seconds time) { return written("%04d%02u%02u%02u%02u%02u", parts_of(time + kJapan)); }

std::optional<std::chrono::sys_seconds> time_of(std::string_view text) {
  const std::string whole(text.substr(0, 64));
  DateTime t;
  int used = 0;
  if (std::sscanf(whole.c_str(), "%4d-%2u-%2uT%2u:%2u:%2u%n", &t.year, &t.month, &t.day, &t.hour, &t.minute, &t.second, &used) != 6) {
    return std::nullopt;
  }
  auto rest = static_cast<std::size_t>(used);
  if (rest < whole.size() && whole[rest] == '.') rest = std::min(whole.find_first_not_of("0123456789", rest + 1), whole.size());
  const auto zone = zone_of(whole.substr(rest));
  const std::chrono::year_month_day date{std::chrono::year{t.year}, std::chrono::month{t.month}, std::chrono::day{t.day}};
  if (used != 19 || !zone || !date.ok() || t.hour > 23 || t.minute > 59 || t.second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(t.hour) + std::chrono::minutes(t.minute) + std::chrono::seconds(t.second) - *zone;
}

std::string random_id() {
  std::array<Byte, 8> random{};
  fill_random(random);
  return "id-" + to_hex(random);
}

}  // namespace myna::xml
