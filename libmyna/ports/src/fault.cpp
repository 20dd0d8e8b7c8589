// SPDX-License-Identifier: Apache-2.0
#include "myna/ports/fault.hpp"

#include "myna/core/enum_table.hpp"

namespace myna {
namespace {

struct NameRow {
  FaultKind kind;
  std::string_view name;
  bool rival = false;
};
constexpr auto kNames = rows_for<FaultKind, NameRow>({
    {FaultKind::removed_before, "removed-before"}, {FaultKind::removed_after, "removed-after"},
    {FaultKind::lost_before, "lost-before"},       {FaultKind::lost_after, "lost-after"},
    {FaultKind::reset_before, "reset-before"},     {FaultKind::power_loss, "power-loss"},
    {FaultKind::short_answer, "short-answer"},     {FaultKind::long_answer, "long-answer"},
    {FaultKind::flipped_answer, "flipped-answer"}, {FaultKind::garbage_answer, "garbage-answer"},
    {FaultKind::stall, "stall"},
    {FaultKind::rival_resets, "rival-resets", true},   {FaultKind::rival_powers, "rival-powers", true},
    {FaultKind::rival_holds, "rival-holds", true},     {FaultKind::rival_selects, "rival-selects", true},
    {FaultKind::rival_opens, "rival-opens", true},     {FaultKind::rival_errs, "rival-errs", true},
});
static_assert(kNames.in_order(&NameRow::kind));

std::vector<FaultKind> kinds(bool rivals) {
  std::vector<FaultKind> some;
  for (const NameRow& row : kNames.rows) {
    if (row.rival == rivals) some.push_back(row.kind);
  }
  return some;
}

}  // namespace

std::string_view to_string(FaultKind kind) noexcept { return kNames[kind].name; }

std::optional<FaultKind> fault_by_name(std::string_view name) noexcept { return kNames.find(name, &NameRow::name); }

const std::vector<FaultKind>& all_faults() {
  static const std::vector<FaultKind> all = kinds(false);
  return all;
}

const std::vector<FaultKind>& all_rivals() {
  static const std::vector<FaultKind> all = kinds(true);
  return all;
}

bool is_rival(FaultKind kind) noexcept { return kNames[kind].rival; }

}  // namespace myna
