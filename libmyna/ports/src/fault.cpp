// SPDX-License-Identifier: Apache-2.0
#include "myna/ports/fault.hpp"

#include <algorithm>
#include <array>

namespace myna {
namespace {

struct NameRow {
  FaultKind kind;
  std::string_view name;
  bool rival = false;
};
constexpr std::array kNames{
    NameRow{FaultKind::removed_before, "removed-before"}, NameRow{FaultKind::removed_after, "removed-after"},
    NameRow{FaultKind::lost_before, "lost-before"},       NameRow{FaultKind::lost_after, "lost-after"},
    NameRow{FaultKind::reset_before, "reset-before"},     NameRow{FaultKind::power_loss, "power-loss"},
    NameRow{FaultKind::short_answer, "short-answer"},     NameRow{FaultKind::long_answer, "long-answer"},
    NameRow{FaultKind::flipped_answer, "flipped-answer"}, NameRow{FaultKind::garbage_answer, "garbage-answer"},
    NameRow{FaultKind::stall, "stall"},
    NameRow{FaultKind::rival_resets, "rival-resets", true},   NameRow{FaultKind::rival_powers, "rival-powers", true},
    NameRow{FaultKind::rival_holds, "rival-holds", true},     NameRow{FaultKind::rival_selects, "rival-selects", true},
    NameRow{FaultKind::rival_opens, "rival-opens", true},     NameRow{FaultKind::rival_errs, "rival-errs", true},
};

std::vector<FaultKind> kinds(bool rivals) {
  std::vector<FaultKind> some;
  for (const NameRow& row : kNames) {
    if (row.rival == rivals) some.push_back(row.kind);
  }
  return some;
}

}  // namespace

std::string_view to_string(FaultKind kind) noexcept { return std::ranges::find(kNames, kind, &NameRow::kind)->name; }

std::optional<FaultKind> fault_by_name(std::string_view name) noexcept {
  const auto found = std::ranges::find(kNames, name, &NameRow::name);
  if (found == kNames.end()) return std::nullopt;
  return found->kind;
}

const std::vector<FaultKind>& all_faults() {
  static const std::vector<FaultKind> all = kinds(false);
  return all;
}

const std::vector<FaultKind>& all_rivals() {
  static const std::vector<FaultKind> all = kinds(true);
  return all;
}

bool is_rival(FaultKind kind) noexcept { return std::ranges::find(kNames, kind, &NameRow::kind)->rival; }

}  // namespace myna
