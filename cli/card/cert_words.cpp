// SPDX-License-Identifier: Apache-2.0
#include "cert_words.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace myna::cli {
namespace {

using namespace std::chrono;

constexpr hours kJapan{9};

std::string formatted(sys_seconds time, const char* format) {
  const sys_days day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
  return text.data();
}

struct UsageRow {
  std::string_view name;
  Text words;
};
constexpr std::array kUsages{
    UsageRow{"digitalSignature", {"digital signature", "デジタル署名"}},
    UsageRow{"nonRepudiation", {"non-repudiation (binding signatures)", "否認防止（法的な電子署名）"}},
    UsageRow{"keyCertSign", {"issuing certificates", "証明書の発行"}},
    UsageRow{"cRLSign", {"issuing revocation lists", "失効リストの発行"}},
    UsageRow{"clientAuth", {"log-in (TLS client)", "ログイン（TLSクライアント認証）"}},
};

}  // namespace

std::string iso_utc(sys_seconds time) { return formatted(time, "%04d-%02u-%02uT%02d:%02d:%02dZ"); }
std::string japan_time(sys_seconds time) { return formatted(time + kJapan, "%04d-%02u-%02u %02d:%02d:%02d JST"); }

std::string usage_in_words(const std::string& name, const Words& words) {
  const auto found = std::ranges::find(kUsages, name, &UsageRow::name);
  return found == kUsages.end() ? name : words(found->words);
}

}  // namespace myna::cli
