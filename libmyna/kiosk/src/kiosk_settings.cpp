// SPDX-License-Identifier: Apache-2.0
#include "myna/kiosk/kiosk_settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "myna/core/enum_table.hpp"
#include "myna/settings/settings_file.hpp"

namespace myna::kiosk {
namespace {

struct Setting {
  std::string_view name;
  void (*take)(Options&, std::string_view);
  bool fractions = false;
};

constexpr auto kLengthModes = names_for<LengthMode>({"auto", "short", "extended"});

double seconds_in(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : std::nan("");
}

template <std::chrono::milliseconds Policy::*Member>
void take_time(Options& options, std::string_view value) {
  options.policy.*Member = std::chrono::milliseconds(std::lround(seconds_in(value) * 1000));
}

template <bool Options::*Member>
void take_flag(Options& options, std::string_view value) {
  options.*Member = value == "yes";
}

std::uint8_t small_number(std::string_view value) { return static_cast<std::uint8_t>(std::lround(seconds_in(value))); }
void take_attempts(Options& options, std::string_view value) { options.policy.attempts = small_number(value); }
void take_floor(Options& options, std::string_view value) { options.pin_floor = small_number(value); }
void take_lengths(Options& options, std::string_view value) { options.length_mode = *kLengthModes.find(value); }

constexpr std::array kSettings{
    Setting{.name = "test-anchors", .take = take_flag<&Options::test_anchors>},
    Setting{.name = "require-proof", .take = take_flag<&Options::require_proof>},
    Setting{.name = "pin-floor", .take = take_floor},
    Setting{.name = "attempts", .take = take_attempts},
    Setting{.name = "apdu", .take = take_lengths},
    Setting{.name = "idle", .take = take_time<&Policy::idle>, .fractions = true},
    Setting{.name = "placement", .take = take_time<&Policy::placement>, .fractions = true},
    Setting{.name = "operation", .take = take_time<&Policy::operation>, .fractions = true},
    Setting{.name = "retap", .take = take_time<&Policy::retap>, .fractions = true},
};

bool fits(const Setting& setting, std::string_view value) {
  const settings::Row* row = settings::find_row("kiosk", setting.name);
  if (!setting.fractions) return settings::accepts(*row, value);
  const double seconds = seconds_in(value);   // not a number fits nowhere
  return seconds >= static_cast<double>(row->least) && seconds <= static_cast<double>(row->most);
}

}  // namespace

bool has_setting(std::string_view name) noexcept { return std::ranges::find(kSettings, name, &Setting::name) != kSettings.end(); }

Status set_by_name(Options& options, std::string_view name, std::string_view value) {
  const auto* setting = std::ranges::find(kSettings, name, &Setting::name);
  if (setting == kSettings.end() || !fits(*setting, value)) return fail(Errc::invalid_argument);
  setting->take(options, value);
  return {};
}

}  // namespace myna::kiosk
