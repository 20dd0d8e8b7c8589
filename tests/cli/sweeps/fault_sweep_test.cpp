// SPDX-License-Identifier: Apache-2.0
// Every command × every fault of the link and every rival × every APDU × right and wrong PINs: no try lost but the one that was asked for,
// nobody accused, no card open, no file left, nothing shown as proven that is not. In process, through the command line's own parser.
#include <catch2/catch.hpp>

#include "every_command.hpp"
#include "tests/support/virtual_card_fixture.hpp"
#include "workplace.hpp"

using namespace myna;
using namespace myna::test;

namespace {

constexpr int kGood = 0, kUsage = 2, kUnproven = 9;

struct Sweep {
  Workplace place;
  bool right = true;
  std::size_t runs = 0;

  explicit Sweep(bool right_pins) : right(right_pins) {
    place.insert(card_image());
    place.type(right);
  }
  Ended once(const CommandRow& command, const std::vector<Fault>& faults) {
    place.clear();
    place.play(faults);
    ++runs;
    return run(place, command.words);
  }
};

// Tries that may be gone of one PIN: the rival's, and the wrong one that was sent; never two for one request.
int tries_allowed(const Sweep& sweep, const Ended& ended, FaultKind kind) {
  return (kind == FaultKind::rival_errs ? 1 : 0) + (!sweep.right && ended.verifies > 0 ? 1 : 0);
}

// What a link may change into another well-formed value; all else that comes of a fault is no contradiction.
bool may_contradict(FaultKind kind) { return kind == FaultKind::flipped_answer; }

void check_report(const Ended& ended, const Ended& clean, FaultKind kind) {
  if (!ended.document.contains("report")) return;
  bool all_proven = true;
  for (const auto& line : ended.document["report"]) {
    INFO(line.dump());
    if (!may_contradict(kind)) CHECK(line["result"] != "failed");
    all_proven = all_proven && (line["result"] == "proven" || line["result"] == "not-covered");
  }
  for (const char* shown : {"attributes", "number", "fields", "face"}) {
    if (all_proven && ended.document.contains(shown)) CHECK(ended.document[shown] == clean.document[shown]);
  }
}

void check_run(Sweep& sweep, const CommandRow& command, const Ended& clean, Fault fault) {
  const Ended ended = sweep.once(command, {fault});
  INFO("myna " << joined(command.words) << (sweep.right ? "" : "(wrong PINs) ") << to_string(fault.kind) << " at " << fault.at << ": "
               << ended.code << ' ' << ended.document.dump() << text_of(sweep.place.trace()));
  CHECK(ended.code >= kGood);
  CHECK(ended.code != kUsage);
  CHECK(ended.code < kUnproven);
  CHECK(sweep.place.tries_lost() <= tries_allowed(sweep, ended, fault.kind));
  CHECK(ended.verifies <= clean.verifies);
  CHECK_FALSE(ended.open);
  if (ended.code != kGood) CHECK_FALSE(sweep.place.left_a_file());
  check_report(ended, clean, fault.kind);
}

// Rivals act between transactions: after the last command of each would do, and after every command is every such place.
void sweep_command(Sweep& sweep, const CommandRow& command, const std::vector<FaultKind>& kinds) {
  const Ended clean = sweep.once(command, {});
  INFO("myna " << joined(command.words) << clean.code << ' ' << clean.document.dump());
  REQUIRE((sweep.right ? clean.code == kGood : clean.code != kUsage));
  for (std::uint32_t at = 0; at <= clean.apdus; ++at) {
    for (const FaultKind kind : kinds) {
      if (is_rival(kind) || at < clean.apdus) check_run(sweep, command, clean, {.at = at, .kind = kind});
    }
  }
}

bool has_pin(const CommandRow& command) {
  static const std::vector<std::string> kFree{"readers", "status", "serial", "link"};
  return std::ranges::find(kFree, command.words.front()) == kFree.end();
}

void sweep_all(bool right, const std::vector<FaultKind>& kinds) {
  Sweep sweep(right);
  for (const CommandRow& command : commands()) {
    if (right || has_pin(command)) sweep_command(sweep, command, kinds);
  }
  WARN(sweep.runs << " runs");
}

std::vector<FaultKind> every_kind() {
  std::vector<FaultKind> kinds = all_faults();
  std::erase(kinds, FaultKind::stall);   // three seconds each; tests/cli/sweeps/test_faults.py has it
  kinds.insert(kinds.end(), all_rivals().begin(), all_rivals().end());
  return kinds;
}

}  // namespace

TEST_CASE("faults: the card leaves at every APDU of every command") { sweep_all(true, {FaultKind::removed_after}); }
TEST_CASE("faults: an answer is lost at every APDU of every command") { sweep_all(true, {FaultKind::lost_after}); }
TEST_CASE("faults: the card is reset at every APDU of every command") { sweep_all(true, {FaultKind::reset_before}); }
TEST_CASE("faults: an answer is garbage at every APDU of every command") { sweep_all(true, {FaultKind::garbage_answer}); }
TEST_CASE("faults: a bit is another at every APDU of every command") { sweep_all(true, {FaultKind::flipped_answer}); }
TEST_CASE("faults: a wrong PIN and an answer that is lost, at every APDU of every command") { sweep_all(false, {FaultKind::lost_after}); }
TEST_CASE("faults: a wrong PIN and a card that leaves, at every APDU of every command") { sweep_all(false, {FaultKind::removed_after}); }
TEST_CASE("rivals: each before every transaction of every command") { sweep_all(true, all_rivals()); }
TEST_CASE("rivals: each before every transaction of every command with a wrong PIN") { sweep_all(false, all_rivals()); }
TEST_CASE("faults in full: every command, every fault and rival, every APDU, right and wrong PINs", "[.deep]") {
  for (const bool right : {true, false}) sweep_all(right, every_kind());
}
