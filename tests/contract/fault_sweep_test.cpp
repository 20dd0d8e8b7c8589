// SPDX-License-Identifier: Apache-2.0
// Promise 6: whatever happens at whichever command of whichever operation, the answer is a typed error or a right result,
// no try is lost that no VERIFY asked for, and no key stays usable. Always in process: the script is the card's own.
#include <catch2/catch.hpp>

#include "contract/card_under_test.hpp"
#include "myna/crypto.hpp"
#include "myna/observed_channel.hpp"
#include "myna/virtual_backend.hpp"
#include "support/virtual_card_fixture.hpp"

using namespace myna;
using namespace myna::test;

namespace {

const Bytes& some_digest_info() {
  static const Bytes info = *digest_info(Digest::sha256, hash(Digest::sha256, as_bytes("契約書")));
  return info;
}

template <PinKind Kind>
Status verify_pin(JpkiApplication& jpki, RefusedPins& refused, std::string_view text) {
  return jpki.verify(*Pin<Kind>::parse(text), {}, refused);
}

Status sign_with(JpkiApplication& jpki, KeyKind key) {
  MYNA_TRY(const Bytes signature, jpki.sign(key, some_digest_info()));
  return signature.size() == 256 ? Status{} : Status{fail(Errc::malformed)};
}

struct Operation {
  std::string_view name;
  Status (*run)(JpkiApplication&, RefusedPins&);
  int tries_at_stake;
};
const std::vector<Operation>& operations() {
  static const std::vector<Operation> all{
      {"recognise", [](JpkiApplication& j, RefusedPins&) -> Status { MYNA_TRY(const auto r, recognise(j)); (void)r; return {}; }, 0},
      {"counters", [](JpkiApplication& j, RefusedPins&) -> Status {
         MYNA_CHECK(j.pin_status(PinKind::auth));
         MYNA_CHECK(j.pin_status(PinKind::sign));
         return {};
       }, 0},
      {"auth certificate", [](JpkiApplication& j, RefusedPins&) -> Status { MYNA_CHECK(j.certificate(CertificateKind::auth)); return {}; }, 0},
      {"sign certificate", [](JpkiApplication& j, RefusedPins& r) -> Status {
         MYNA_CHECK(j.learn_extended_length());
         MYNA_CHECK(verify_pin<PinKind::sign>(j, r, "ABC123"));
         MYNA_CHECK(j.certificate(CertificateKind::sign));
         return {};
       }, 0},
      {"a wrong PIN", [](JpkiApplication& j, RefusedPins& r) { return verify_pin<PinKind::auth>(j, r, "9999"); }, 1},
      {"signature with either key", [](JpkiApplication& j, RefusedPins& r) -> Status {
         MYNA_CHECK(verify_pin<PinKind::auth>(j, r, "1234"));
         MYNA_CHECK(sign_with(j, KeyKind::auth));
         MYNA_CHECK(verify_pin<PinKind::sign>(j, r, "ABC123"));
         return sign_with(j, KeyKind::sign);
       }, 0},
  };
  return all;
}

int tries_of(const VirtualCard& card) {
  int sum = 0;
  for (const ImagePin& pin : jpki_of(card.image()).pins) sum += pin.remaining;
  return sum;
}

// Another program that comes right behind us: no key signs for it.
bool left_open(VirtualCard& card) {
  if (!card.powered()) return false;
  bool open = false;
  for (const std::string_view select_key : {"00A4020C020017", "00A4020C02001A"}) {
    card.process(*from_hex("00A4040C0AD392F000260100000001"));
    card.process(*from_hex(select_key));
    const Bytes answer = card.process(*from_hex("802A00800330010200"));
    open = open || answer.size() > 2;
  }
  return open;
}

struct Outcome {
  Status status;
  ApduStatistics statistics;
  std::uint32_t result_after;   // so many commands; those behind close the card
  int tries_lost;
  bool open;
};

Outcome run_with(const Operation& operation, const Dialect& dialect, std::vector<Fault> faults) {
  CardImage image = personalised_image();
  image.dialect = dialect;
  image.faults = std::move(faults);
  auto card = must(VirtualCard::create(std::move(image)));
  const int before = tries_of(card);
  Outcome outcome{};
  outcome.status = [&]() -> Status {
    MyNumberCard ours(std::make_unique<ObservedChannel>(make_virtual_channel(card), outcome.statistics));
    MYNA_TRY(auto transaction, ours.begin());
    MYNA_TRY(auto jpki, JpkiApplication::select(transaction));
    const Status done = operation.run(jpki, ours.refused_pins());
    outcome.result_after = outcome.statistics.apdus;
    return done;
  }();
  outcome.tries_lost = before - tries_of(card);
  outcome.open = left_open(card);
  return outcome;
}

bool takes_the_card(FaultKind kind) { return kind == FaultKind::removed_before || kind == FaultKind::removed_after; }

void check_fault(const Operation& operation, const Dialect& dialect, Fault fault, bool result_known) {
  INFO(operation.name << ", " << to_string(fault.kind) << " at " << fault.at);
  const Outcome outcome = run_with(operation, dialect, {fault});
  CHECK(outcome.tries_lost <= operation.tries_at_stake);
  CHECK(outcome.tries_lost <= static_cast<int>(outcome.statistics.verifies));
  CHECK(outcome.statistics.verifies <= 2);
  CHECK_FALSE(outcome.open);
  if (takes_the_card(fault.kind) && !result_known) CHECK(outcome.status.error().code == Errc::card_removed);
}

}  // namespace

TEST_CASE("sweep: every fault at every command of every operation") {
  const auto& operation = operations().at(static_cast<std::size_t>(GENERATE(range(0, 6))));
  const Dialect& dialect = GENERATE(true, false) ? dialects().front() : dialects().back();
  const Outcome clean = run_with(operation, dialect, {});
  REQUIRE(clean.statistics.apdus > 0);
  REQUIRE(clean.status.has_value() == (operation.tries_at_stake == 0));
  REQUIRE(clean.tries_lost == operation.tries_at_stake);
  for (std::uint32_t at = 0; at < clean.statistics.apdus; ++at) {
    for (const FaultKind kind : all_faults()) {
      if (kind == FaultKind::stall) continue;   // three seconds each: tests/e2e/killed
      check_fault(operation, dialect, {.at = at, .kind = kind}, at >= clean.result_after);
    }
  }
}
