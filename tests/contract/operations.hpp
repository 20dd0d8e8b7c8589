// SPDX-License-Identifier: Apache-2.0
// What people do with a card, as the front doors do it: the use cases, each on a virtual card in process.
#pragma once

#include "any_dialect.hpp"
#include "myna/card/my_number_card.hpp"
#include "myna/ports/observed_channel.hpp"
#include "myna/virtual/virtual_backend.hpp"

namespace myna::test {

struct Operation {
  std::string_view name;
  Status (*run)(MyNumberCard&);
  std::uint32_t commands_short = 0, commands_extended = 0;   // at most, by length of the APDUs, on the default dialect
  std::uint32_t verifies = 0;    // at most
  int tries_at_stake = 0;
};
const std::vector<Operation>& operations();

struct Outcome {
  Status status;
  ApduStatistics statistics;
  int tries_lost;
  bool open;
};
// By a program that has just come.
Outcome run_on(const Operation& operation, CardImage image, LengthMode mode = LengthMode::automatic);
Outcome run_with(const Operation& operation, const Dialect& dialect, std::vector<Fault> faults);

// Another program that comes right behind us: whether a key signs for it or a file of the holder opens.
bool left_open(VirtualCard& card);

}  // namespace myna::test
