// SPDX-License-Identifier: Apache-2.0
// A card to hold a promise against: the virtual card in process, or, when MYNA_VPCD_PORT is set, the same card in the
// reader of a real pcscd. A fact learned from a real card becomes a test here first.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "myna/card/my_number_card.hpp"
#include "tests/support/virtual_card_fixture.hpp"

namespace myna::test {

// The dialects the suite runs over: the default, each single deviation, and all deviations at once. Through pcscd,
// where each insertion takes a while, only the first and the last.
const std::vector<Dialect>& dialects();

class CardUnderTest {
 public:
  explicit CardUnderTest(const Dialect& dialect, CardImage image = card_image());
  CardUnderTest(const CardUnderTest&) = delete;
  CardUnderTest& operator=(const CardUnderTest&) = delete;
  ~CardUnderTest();

  // Runs `work(JpkiApplication&)` in one transaction of one program and returns what it returns.
  template <typename Work>
  auto in_transaction(Work work) {
    auto transaction = card_->begin();
    if (!transaction) throw std::runtime_error("the card cannot be locked");
    auto jpki = JpkiApplication::select(*transaction);
    if (!jpki) throw std::runtime_error("the JPKI application cannot be selected");
    return work(*jpki);
  }

  // Everything learned is forgotten, as in a new program.
  void new_program(LengthMode mode = LengthMode::automatic);
  RefusedPins& refused() { return card_->refused_pins(); }

 private:
  std::unique_ptr<CardChannel> connect();

  VirtualCard virtual_card_;
  std::jthread server_;
  std::unique_ptr<MyNumberCard> card_;
};

}  // namespace myna::test
