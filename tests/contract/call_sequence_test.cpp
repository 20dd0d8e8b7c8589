// SPDX-License-Identifier: Apache-2.0
// Promise 1 over any order of operations: faults, resets, removals and other programs in between; a refused PIN is sent once for each card
// that lies there, no PIN is locked, and no card stays open.
#include <algorithm>
#include <random>

#include "operations.hpp"
#include "tests/support/damaged_card.hpp"

using namespace myna;
using namespace myna::test;

namespace {

constexpr unsigned kSteps = 40, kFaults = 12;

// Somewhere in the conversation that follows, of each kind but the slow one.
std::vector<Fault> random_faults(std::mt19937& random) {
  std::vector<FaultKind> kinds = all_faults();
  std::erase(kinds, FaultKind::stall);
  std::vector<Fault> faults;
  for (unsigned i = 0; i < kFaults; ++i) {
    faults.push_back({.at = static_cast<std::uint32_t>(random() % 600), .kind = kinds[random() % kinds.size()]});
  }
  return faults;
}

CardImage random_card(std::mt19937& random) {
  CardImage image = card_image();
  image.dialect = dialects()[random() % dialects().size()];
  image.faults = random_faults(random);
  return image;
}

// One desk: a program that keeps its card until it goes.
class Desk {
 public:
  explicit Desk(CardImage image) : card_(must(VirtualCard::create(std::move(image)))) { place(); }

  void run(const Operation& operation) {
    const Status answer = operation.run(*program_);
    if (!answer && (answer.error().code == Errc::card_removed || answer.error().code == Errc::no_card)) place();
  }
  VirtualCard& card() noexcept { return card_; }
  int placed() const noexcept { return placed_; }

 private:
  void place() {
    program_ = std::make_unique<MyNumberCard>(make_virtual_channel(card_));
    ++placed_;
  }

  VirtualCard card_;
  std::unique_ptr<MyNumberCard> program_;
  int placed_ = 0;
};

std::ptrdiff_t locked_pins(const CardImage& image) {
  std::ptrdiff_t locked = 0;
  for (const ImageApplication& application : image.applications) {
    locked += std::ranges::count(application.pins, 0, &ImagePin::remaining);
  }
  return locked;
}

}  // namespace

TEST_CASE("sequence: a refused PIN is sent once, nothing is locked and nothing stays open") {
  const unsigned seed = GENERATE(range(1U, 41U));
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Desk desk(random_card(random));
  const int before = tries_of(desk.card().image());
  const std::ptrdiff_t locked = locked_pins(desk.card().image());
  for (unsigned step = 0; step < kSteps; ++step) {
    const Operation& operation = operations()[random() % operations().size()];
    INFO("step " << step << ": " << operation.name);
    desk.run(operation);
    CHECK(before - tries_of(desk.card().image()) <= desk.placed());
    CHECK(locked_pins(desk.card().image()) == locked);
    CHECK_FALSE(left_open(desk.card()));
  }
}
