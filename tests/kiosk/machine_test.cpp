// SPDX-License-Identifier: Apache-2.0
// The machine against the model, and the model against broken tables: a test that no mutant can pass by.
#include <catch2/catch.hpp>

#include "model.hpp"
#include "states_page.hpp"

using namespace myna;
using namespace myna::kiosk;
using namespace myna::test;

namespace {

using Table = std::vector<Row>;

Table table() { return {kiosk_table().begin(), kiosk_table().end()}; }

// Empty when nothing is found in so many steps.
std::string verdict(const Table& rows, std::uint32_t worlds, int steps) {
  for (std::uint32_t seed = 0; seed < worlds; ++seed) {
    KioskWorld world(seed, rows);
    for (int i = 0; i < steps; ++i) {
      if (!world.step()) return world.why();
    }
  }
  return {};
}

void mutate_states(std::size_t at, std::vector<Table>& mutants) {
  for (std::size_t i = 0; i < kStates; ++i) {
    const State state = static_cast<State>(i);
    Table other = table();
    if (other[at].to && *other[at].to != state) {
      other[at].to = state;
      mutants.push_back(other);
    }
    if (!table()[at].from.has(state)) continue;
    other = table();
    other[at].from = other[at].from.without(state);
    mutants.push_back(other);
  }
}

void mutate_actions(std::size_t at, std::vector<Table>& mutants) {
  for (std::size_t bit = 0; bit < kActions; ++bit) {
    const auto action = static_cast<Action>(1U << bit);
    Table other = table();
    if (!other[at].actions.has(action)) continue;
    other[at].actions = other[at].actions.without(action);
    mutants.push_back(other);
  }
}

// Every row with one cell broken, and the table without it.
std::vector<Table> mutants_of_row(std::size_t at) {
  std::vector<Table> mutants;
  Table without = table();
  without.erase(without.begin() + static_cast<std::ptrdiff_t>(at));
  mutants.push_back(without);
  if (table()[at].guard != Guard::always) {
    Table unguarded = table();
    unguarded[at].guard = Guard::always;
    mutants.push_back(unguarded);
  }
  mutate_states(at, mutants);
  mutate_actions(at, mutants);
  return mutants;
}

std::string row_name(const Row& row) {
  return std::string(to_string(row.event)) + (row.to ? " to " + std::string(to_string(*row.to)) : "");
}

}  // namespace

TEST_CASE("model: three million random steps break no promise and visit every state") {
  std::array<std::uint32_t, kStates> visits{};
  for (std::uint32_t seed = 0; seed < 30; ++seed) {
    KioskWorld world(seed);
    for (int i = 0; i < 100'000; ++i) {
      if (!world.step()) FAIL("world " << seed << ", step " << i << ": " << world.why());
    }
    for (std::size_t i = 0; i < kStates; ++i) visits.at(i) += world.visits().at(i);
  }
  for (std::size_t i = 0; i < kStates; ++i) {
    INFO(to_string(static_cast<State>(i)));
    CHECK(visits.at(i) > 1000);
  }
}

TEST_CASE("model: every table with one broken cell is caught") {
  const std::size_t rows = kiosk_table().size();
  std::size_t count = 0;
  for (std::size_t at = 0; at < rows; ++at) {
    const auto mutants = mutants_of_row(at);
    for (std::size_t i = 0; i < mutants.size(); ++i) {
      INFO("row " << at << " (" << row_name(kiosk_table()[at]) << "), mutant " << i);
      CHECK_FALSE(verdict(mutants[i], 10, 100'000).empty());
    }
    count += mutants.size();
  }
  CHECK(count > 1000);
}
