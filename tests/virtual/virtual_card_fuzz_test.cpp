// SPDX-License-Identifier: Apache-2.0
// Random commands: always an answer, and never more tries lost than VERIFY commands with data were sent.
#include <catch2/catch.hpp>

#include <random>

#include "myna/core/apdu.hpp"
#include "tests/support/virtual_card_fixture.hpp"

using namespace myna;
using namespace myna::test;

namespace {

// Half of them nearly right: known bytes in known places, so that the handlers are reached.
Bytes random_command(std::mt19937& random) {
  constexpr std::array<Byte, 10> kUsual{0x00, 0x80, 0xA4, 0xB0, 0x20, 0x24, 0x2A, 0x84, 0xCA, 0x04};
  constexpr std::array<Byte, 8> kReferences{0x0C, 0x80, 0x97, 0x98, 0x9A, 0x9B, 0x8A, 0x81};
  Bytes command(random() % 14);
  for (Byte& b : command) b = static_cast<Byte>(random());
  if (command.size() < 4 || random() % 4 == 0) return command;
  command[0] = kUsual[random() % 2];
  command[1] = kUsual[random() % kUsual.size()];
  command[2] = random() % 2 == 0 ? Byte{0} : kReferences[random() % kReferences.size()];
  command[3] = kReferences[random() % kReferences.size()];
  if (command.size() > 5) command[4] = static_cast<Byte>(command.size() - 5);
  return command;
}

bool stakes_a_try(ByteView wire) {
  const auto command = parse_command(wire);
  return command && command->header.ins == ins::kVerify && !command->data.empty();
}

int tries_of(const VirtualCard& card) {
  int sum = 0;
  for (const ImagePin& pin : jpki_of(card.image()).pins) sum += pin.remaining;
  return sum;
}

}  // namespace

TEST_CASE("no sequence of commands crashes the card or spends a try that no VERIFY asked for") {
  std::mt19937 random(GENERATE(1u, 2u, 3u, 4u));
  CardImage image = card_image();
  image.dialect.pss = true;
  auto card = must(VirtualCard::create(std::move(image)));
  card.power_on();
  int before = tries_of(card);
  for (int round = 0; round < 40'000; ++round) {
    if (round % 50 == 0) say(card, "00A4040C0AD392F000260100000001");
    if (round % 997 == 0) card.warm_reset();
    const Bytes command = random_command(random);
    const Bytes answer = card.process(command);
    REQUIRE(answer.size() >= 2);
    const int after = tries_of(card);
    REQUIRE(before - after <= (stakes_a_try(command) ? 1 : 0));
    before = after;
  }
}
