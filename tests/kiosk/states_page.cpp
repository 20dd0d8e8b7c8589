// SPDX-License-Identifier: Apache-2.0
#include "states_page.hpp"

#include <algorithm>
#include <vector>

#include "myna/kiosk/kiosk.hpp"

namespace myna::test {
namespace {

using namespace kiosk;

std::string id_of(State state) {
  std::string id(to_string(state));
  std::ranges::replace(id, '-', '_');
  return id;
}

std::vector<State> states_of(StateSet set) {
  std::vector<State> states;
  for (std::size_t i = 0; i < kStates; ++i) {
    if (set.has(static_cast<State>(i))) states.push_back(static_cast<State>(i));
  }
  return states;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : std::string(between)) + word;
  return text;
}

std::string actions_of(Actions actions) {
  std::vector<std::string> names;
  for (std::size_t bit = 0; bit < kActions; ++bit) {
    const auto action = static_cast<Action>(1U << bit);
    if (actions.has(action)) names.emplace_back(to_string(action));
  }
  return joined(names, ", ");
}

std::string from_of(const Row& row) {
  std::vector<std::string> names;
  for (const State state : states_of(row.from)) names.emplace_back(to_string(state));
  return joined(names, ", ");
}

std::string label_of(const Row& row) {
  std::string label(to_string(row.event));
  if (row.guard != Guard::always) label += " [" + std::string(to_string(row.guard)) + "]";
  return label;
}

// In the picture, what every state with a card has in common is drawn once, from the box around them.
constexpr std::size_t kDrawnOneByOne = 4;

std::string picture() {
  std::string text = "```mermaid\nstateDiagram-v2\n  [*] --> no_reader\n  state \"a card lies there\" as card {\n";
  for (std::size_t i = 0; i < kStates; ++i) {
    const auto state = static_cast<State>(i);
    const bool outside = state == State::no_reader || state == State::idle || state == State::confirm_retap;
    if (!outside) text += "    " + id_of(state) + "\n";
  }
  text += "  }\n";
  for (const Row& row : kiosk_table()) {
    if (!row.to) continue;
    const auto sources = states_of(row.from);
    if (sources.size() > kDrawnOneByOne) text += "  card --> " + id_of(*row.to) + " : " + label_of(row) + "\n";
    else for (const State from : sources) text += "  " + id_of(from) + " --> " + id_of(*row.to) + " : " + label_of(row) + "\n";
  }
  return text + "```\n";
}

std::string table_text() {
  std::string text = "| in | event | guard | to | actions |\n|---|---|---|---|---|\n";
  for (const Row& row : kiosk_table()) {
    text += "| " + from_of(row) + " | " + std::string(to_string(row.event)) + " | " + std::string(to_string(row.guard)) + " | " +
            std::string(row.to ? to_string(*row.to) : "(stays)") + " | " + actions_of(row.actions) + " |\n";
  }
  return text;
}

std::string screens() {
  std::string text = "| state | the screen says | 画面の案内 |\n|---|---|---|\n";
  for (std::size_t i = 0; i < kStates; ++i) {
    const auto state = static_cast<State>(i);
    text +=
        "| " + std::string(to_string(state)) + " | " + std::string(describe(state).en) + " | " + std::string(describe(state).ja) + " |\n";
  }
  return text;
}

}  // namespace

std::string states_page() {
  return "<!-- SPDX-License-Identifier: Apache-2.0; printed by kiosk_states from libmyna/kiosk/src/kiosk_table.cpp -->\n"
         "# The states of a kiosk\n\n"
         "One machine for each reader. The first row that fits decides; an event without one changes nothing. What an operation reports "
         "counts only for the "
         "session it ran for.\n\n" +
         picture() + "\n## What a screen says\n\n" + screens() + "\n## The table\n\n" + table_text() +
         "\n`open` and `close` begin and end a session; `close` wipes what was read. `spend` uses an attempt of this placement, `restore` "
         "gives it back when "
         "the card has left. `remember` and `forget` keep and drop the mark of the card that asked for confirmation.\n";
}

}  // namespace myna::test
