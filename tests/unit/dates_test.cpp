// SPDX-License-Identifier: Apache-2.0
// Days and times as text: what is written, and that nothing else is read.
#include <catch2/catch.hpp>

#include "myna/core/dates.hpp"

using namespace myna;
using namespace std::chrono;

namespace {

constexpr sys_seconds kTime(seconds(1795678246));   // 2026-11-26T07:30:46Z

}  // namespace

TEST_CASE("times are written in UTC and in Japan") {
  CHECK(iso_utc(kTime) == "2026-11-26T07:30:46Z");
  CHECK(japan_time(kTime) == "2026-11-26 16:30:46 JST");
  CHECK(japan_digits(kTime) == "20261126163046");
  const sys_seconds end = sys_days(2030y / January / 2) + 14h + 59min + 59s;   // the last second of the day there
  CHECK(japan_time(end) == "2030-01-02 23:59:59 JST");
  CHECK(iso_utc(end) == "2030-01-02T14:59:59Z");
  CHECK(day_in_japan(end) == sys_days(2030y / January / 2));
  CHECK(day_in_japan(end + 1s) == sys_days(2030y / January / 3));
}

TEST_CASE("days are written with all their digits and come back") {
  for (const year_month_day day : {1y / January / 1, 987y / December / 31, 2024y / February / 29, 9999y / December / 31}) {
    CHECK(day_of_digits(digits_of(day)) == day);
    CHECK(day_of_iso(iso_day(day)) == day);
  }
  CHECK(digits_of(1990y / January / 2) == "19900102");
  CHECK(iso_day(987y / December / 3) == "0987-12-03");
}

TEST_CASE("what is no day is not read") {
  for (const char* text : {"", "2026112", "202611260", "20261301", "20260230", "20260100", "00000101", "2026 101",
                           "+2026101", "2026-1-1"}) {
    CHECK_FALSE(day_of_digits(text).has_value());
  }
  for (const char* text : {"", "20261126", "2026-11-2", "2026-11-266", "2026/11/26", "2026-13-01", "2025-02-29",
                           "0000-01-01", "2026-1 -01"}) {
    CHECK_FALSE(day_of_iso(text).has_value());
  }
}

TEST_CASE("times with a zone are read") {
  for (const char* text : {"2026-11-26T07:30:46Z", "2026-11-26T16:30:46+09:00", "2026-11-26T02:00:46.123-05:30"}) {
    CHECK(time_of_iso(text) == kTime);
  }
  for (const char* text : {"", "2026-11-26", "2026-11-26T07:30:46", "2026-13-26T07:30:46Z", "2026-11-26T07:30:46+9:00",
                           "2026-11-26T07:30:46Zx", "x2026-11-26T07:30:46Z", "2026-11-26T24:00:00Z", "2026-11-26T07:30:46+15:00",
                           "2026-11- 6T07:30:46Z", "2026-11-26T07:30:-6Z", "2026-11-26T07:30:46 Z", "2026-11-26t07:30:46Z"}) {
    CAPTURE(text);
    CHECK_FALSE(time_of_iso(text).has_value());
  }
}

TEST_CASE("a clock that cannot be is no time") {
  CHECK(utc_of({2026, 11, 26, 7, 30, 46}) == kTime);
  CHECK(utc_of({2016, 12, 31, 23, 59, 60}) == sys_seconds(sys_days(2017y / January / 1)));
  CHECK_FALSE(utc_of({2026, 2, 29, 0, 0, 0}).has_value());
  CHECK_FALSE(utc_of({2026, 11, 26, 24, 0, 0}).has_value());
  CHECK_FALSE(utc_of({2026, 11, 26, 0, 60, 0}).has_value());
}

TEST_CASE("the days of a register that are not known are the latest") {
  CHECK(latest_day_of("19900102") == 1990y / January / 2);
  CHECK(latest_day_of("19900100") == 1990y / January / 31);
  CHECK(latest_day_of("19900000") == 1990y / December / 31);
  CHECK(latest_day_of("19900200") == 1990y / February / 31);
  for (const char* text : {"", "1990010", "199001022", "1990010x"}) CHECK_FALSE(latest_day_of(text).has_value());
}
