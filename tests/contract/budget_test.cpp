// SPDX-License-Identifier: Apache-2.0
// How many commands each operation takes, closing the card included: what the front doors call, without prompts (docs/apdu-budget.md).
#include "operations.hpp"

using namespace myna;
using namespace myna::test;

namespace {

std::uint32_t commands_of(const Operation& operation, LengthMode mode) {
  return run_on(operation, card_image(), mode).statistics.apdus;
}

}  // namespace

TEST_CASE("budget: no operation takes more commands than its row allows") {
  for (const Operation& operation : operations()) {
    INFO(operation.name);
    CHECK(commands_of(operation, LengthMode::short_only) <= operation.commands_short);
    CHECK(commands_of(operation, LengthMode::extended) <= operation.commands_extended);
  }
}
