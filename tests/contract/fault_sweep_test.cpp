// SPDX-License-Identifier: Apache-2.0
// Promise 6: whatever happens at whichever command of whichever operation, the answer is a typed error or a right result,
// no try is lost that no VERIFY asked for, and no key stays usable. Always in process: the script is the card's own.
#include "operations.hpp"
#include "tests/support/damaged_card.hpp"

using namespace myna;
using namespace myna::test;

namespace {

// The SELECT that closes a PIN comes when the answer is known; a card without the issuer's application is asked for another.
std::uint32_t closing_commands(const Outcome& clean, const Dialect& dialect) {
  return clean.statistics.verifies == 0 ? 0 : dialect.issuer_domain ? 1 : 2;
}

// What a link may change into another well-formed value; all else that comes of a fault accuses no card.
bool may_contradict(FaultKind kind) { return kind == FaultKind::flipped_answer; }

bool takes_the_card(FaultKind kind) { return kind == FaultKind::removed_before || kind == FaultKind::removed_after; }

void check_fault(const Operation& operation, const Dialect& dialect, Fault fault, bool result_known) {
  INFO(operation.name << ", " << to_string(fault.kind) << " at " << fault.at);
  const Outcome outcome = run_with(operation, dialect, {fault});
  CHECK(outcome.tries_lost <= operation.tries_at_stake);
  CHECK(outcome.tries_lost <= static_cast<int>(outcome.statistics.verifies));
  CHECK(outcome.statistics.verifies <= operation.verifies);
  CHECK_FALSE(outcome.open);
  if (!outcome.status && !may_contradict(fault.kind)) CHECK(outcome.status.error().code != Errc::signature_mismatch);
  if (takes_the_card(fault.kind) && !result_known) CHECK(outcome.status.error().code == Errc::card_removed);
}

void check_every_fault(const Operation& operation, const Dialect& dialect) {
  const Outcome clean = run_with(operation, dialect, {});
  REQUIRE(clean.statistics.apdus > 0);
  REQUIRE(clean.status.has_value() == (operation.tries_at_stake == 0));
  REQUIRE(clean.tries_lost == operation.tries_at_stake);
  const std::uint32_t answered = clean.statistics.apdus - closing_commands(clean, dialect);
  for (std::uint32_t at = 0; at < clean.statistics.apdus; ++at) {
    for (const FaultKind kind : all_faults()) {
      if (kind == FaultKind::stall) continue;   // three seconds each: tests/e2e/killed
      check_fault(operation, dialect, {.at = at, .kind = kind}, at >= answered);
    }
  }
}

void check_operations(std::uint32_t fewest_verifies, std::uint32_t most_verifies) {
  const Dialect& dialect = GENERATE(true, false) ? dialects().front() : dialects().back();
  for (const Operation& operation : operations()) {
    if (operation.verifies >= fewest_verifies && operation.verifies <= most_verifies) check_every_fault(operation, dialect);
  }
}

}  // namespace

// In three parts, for it takes a minute under the sanitizers.
TEST_CASE("sweep: every fault at every command of operations without a PIN") { check_operations(0, 0); }
TEST_CASE("sweep: every fault at every command of operations with one VERIFY") { check_operations(1, 1); }
TEST_CASE("sweep: every fault at every command of operations with several") { check_operations(2, UINT32_MAX); }

// What is missing or damaged says so by itself: an error of that object, never one of the link; no try and no open card.
TEST_CASE("sweep: every damage under every operation") {
  const auto& operation = operations().at(static_cast<std::size_t>(GENERATE(range(0, static_cast<int>(operations().size())))));
  const Dialect& dialect = GENERATE(true, false) ? dialects().front() : dialects().back();
  for (const DamageCase& damaged : damages_of(card_image())) {
    INFO(operation.name << ", " << damaged.name);
    CardImage image = damaged.done_to(card_image());
    image.dialect = dialect;
    const Outcome outcome = run_on(operation, std::move(image));
    CHECK(outcome.tries_lost <= operation.tries_at_stake);
    CHECK(outcome.statistics.verifies <= operation.verifies);
    CHECK_FALSE(outcome.open);
    const bool own = outcome.status || object_state(outcome.status.error()) || outcome.status.error().code == Errc::signature_mismatch ||
                     (operation.tries_at_stake > 0 && outcome.status.error().code == Errc::pin_wrong);
    CHECK(own);
  }
}

TEST_CASE("sweep: recognised and counted whatever else is missing") {
  for (const DamageCase& damaged : damages_of(card_image())) {
    if (!damaged.place.file && equal(damaged.place.aid, aid::kJpki)) continue;   // a foreign card
    INFO(damaged.name);
    auto card = must(VirtualCard::create(damaged.done_to(card_image())));
    MyNumberCard ours(make_virtual_channel(card));
    auto transaction = must(ours.begin());
    auto jpki = must(JpkiApplication::select(transaction));
    const Recognised known = must(recognise(jpki));
    CHECK(known.kind == CardKind::my_number);
    CHECK((known.token_state == ObjectState::present) == !known.token.label.empty());
    CHECK(jpki.availability());
    for (const auto& [kind, file] : {std::pair{PinKind::auth, FileId{0x0018}}, std::pair{PinKind::sign, FileId{0x001B}}}) {
      const auto status = jpki.pin_status(kind);
      const bool gone = equal(damaged.place.aid, aid::kJpki) && damaged.place.file == file;
      CHECK(status.has_value() != gone);
      if (gone) CHECK((status.error().code == Errc::file_absent && status.error().about != nullptr));
    }
  }
}

TEST_CASE("sweep: without EF 0008 the files themselves tell which certificates there are") {
  struct Row { std::vector<FileId> gone; bool auth, sign; };
  for (const Row& row : {Row{{}, true, true}, Row{{0x0008}, true, true}, Row{{0x0008, 0x0001, 0x001A, 0x001B}, true, false},
                         Row{{0x0008, 0x000A}, false, true}}) {
    CardImage image = card_image();
    for (const FileId file : row.gone) REQUIRE(damage(image, {Bytes(aid::kJpki.begin(), aid::kJpki.end()), file}, Damage::absent));
    auto card = must(VirtualCard::create(std::move(image)));
    MyNumberCard ours(make_virtual_channel(card));
    auto transaction = must(ours.begin());
    auto jpki = must(JpkiApplication::select(transaction));
    CHECK(must(jpki.holds(CertificateKind::auth)) == row.auth);
    CHECK(must(jpki.holds(CertificateKind::sign)) == row.sign);
  }
}
