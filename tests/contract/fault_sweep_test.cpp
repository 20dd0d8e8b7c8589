// SPDX-License-Identifier: Apache-2.0
// Promise 6: whatever happens at whichever command of whichever operation, the answer is a typed error or a right result,
// no try is lost that no VERIFY asked for, and no key stays usable. Always in process: the script is the card's own.
#include <catch2/catch.hpp>

#include "any_dialect.hpp"
#include "myna/ports/observed_channel.hpp"
#include "myna/use_cases/certificates.hpp"
#include "myna/use_cases/check_card.hpp"
#include "myna/use_cases/holder_data.hpp"
#include "myna/use_cases/pins.hpp"
#include "myna/use_cases/recognise_card.hpp"
#include "myna/use_cases/renewal.hpp"
#include "myna/use_cases/sign_digests.hpp"
#include "myna/use_cases/status.hpp"
#include "myna/virtual/virtual_backend.hpp"
#include "tests/support/damaged_card.hpp"
#include "tests/support/virtual_card_fixture.hpp"

using namespace myna;
using namespace myna::test;

namespace {

Pin pin_of(PinKind kind, std::string_view text) { return must(Pin::parse(kind, text)); }

// Whether something was said, and whether it fits.
Status fits(const AuthenticityReport& report) { return report.any(Proof::failed) ? Status{fail(Errc::signature_mismatch)} : Status{}; }

template <typename T>
Status said(const Result<T>& answer) {
  return answer ? Status{} : Status{Unexpected(answer.error())};
}

Status sign_with(MyNumberCard& card, PinKind kind, std::string_view pin) {
  MYNA_TRY(const SignedDigest made, sign_digest(card, pin_of(kind, pin), some_digest_info(), {}, now(), true));
  return made.value.size() == 256 ? Status{} : Status{fail(Errc::malformed)};
}

Status attributes_with_proof(MyNumberCard& card) {
  MYNA_TRY(const TextEvidence evidence, read_attributes(card, pin_of(PinKind::text, "5678"), true, {}));
  MYNA_CHECK(parse_basic_attributes(evidence.attributes.view()));
  return fits(judge(evidence, test_cv_anchors()));
}

Status face_with_proof(MyNumberCard& card) {
  MYNA_TRY(const FaceAnswer answer, read_face(card, {.pin = pin_of(PinKind::face_code_a, "123456789018")}, {}));
  MYNA_CHECK(parse_card_face(answer.face.face.view()));
  return fits(judge(answer.face, test_cv_anchors()));
}

Status age(MyNumberCard& card) {
  AgeRequest request{pin_of(PinKind::text, "5678"), 18, std::chrono::year(2026) / 1 / 1};
  return said(check_age(card, std::move(request), {}, test_cv_anchors(), false));
}

Status whole_check(MyNumberCard& card) {
  std::vector<Pin> pins;
  for (const auto& [kind, text] :
       {std::pair{PinKind::text, "5678"}, {PinKind::face_code_a, "123456789018"}, {PinKind::auth, "1234"}, {PinKind::sign, "ABC123"}}) {
    pins.push_back(pin_of(kind, text));
  }
  MYNA_TRY(const CardEvidence evidence, collect_card_evidence(card, std::move(pins), {}));
  return fits(judge_card(evidence, test_cv_anchors(), now(), true));
}

// The new value is the old one, so that the card stays as it was.
Status change_to_the_same(MyNumberCard& card) {
  bool sent = false;
  return change_pin(card, pin_of(PinKind::text, "5678"), pin_of(PinKind::text, "5678"), {}, sent);
}

constexpr std::array kCounted{PinKind::auth, PinKind::sign};

struct Operation {
  std::string_view name;
  Status (*run)(MyNumberCard&);
  std::uint32_t verifies = 0;    // at most
  int tries_at_stake = 0;
};
const std::vector<Operation>& operations() {
  static const std::vector<Operation> all{
      {"recognise", [](MyNumberCard& card) { return said(recognise_card(card, make_challenge())); }},
      {"status", [](MyNumberCard& card) { return said(read_status(card)); }},
      {"counters", [](MyNumberCard& card) { return said(count_tries(card, kCounted)); }},
      {"auth certificate", [](MyNumberCard& card) { return said(read_certificate(card, {.kind = CertificateKind::auth}, {})); }},
      {"renewal", [](MyNumberCard& card) { return said(read_renewal(card, {}, as_bytes("a key of sixteen"), now())); }},
      {"sign certificate",
       [](MyNumberCard& card) {
         return said(read_certificate(card, {.kind = CertificateKind::sign, .pin = pin_of(PinKind::sign, "ABC123")}, {}));
       },
       1},
      {"a wrong PIN", [](MyNumberCard& card) { return verify_pin(card, pin_of(PinKind::auth, "9999"), {}); }, 1, 1},
      {"signature with the auth key", [](MyNumberCard& card) { return sign_with(card, PinKind::auth, "1234"); }, 1},
      {"signature with the sign key", [](MyNumberCard& card) { return sign_with(card, PinKind::sign, "ABC123"); }, 1},
      {"attributes with proof", attributes_with_proof, 1},
      {"card face with proof", face_with_proof, 1},
      {"age", age, 1},
      {"change of a PIN", change_to_the_same, 1},
      {"card check", whole_check, 4},
  };
  return all;
}

// Another program that comes right behind us: no key signs for it, and no file of the holder opens.
bool left_open(VirtualCard& card) {
  if (!card.powered()) return false;
  bool open = false;
  for (const std::string_view select_key : {"00A4020C020017", "00A4020C02001A"}) {
    card.process(*from_hex("00A4040C0AD392F000260100000001"));
    card.process(*from_hex(select_key));
    const Bytes answer = card.process(*from_hex("802A00800330010200"));
    open = open || answer.size() > 2;
  }
  for (const std::string_view select : {"00A4040C0AD3921000310001010408", "00A4040C0AD3921000310001010402"}) {
    if (card.process(*from_hex(select)) != *from_hex("9000")) continue;   // not on this card
    card.process(*from_hex("00A4020C020002"));
    open = open || card.process(*from_hex("00B0000000")).size() > 2;
  }
  return open;
}

struct Outcome {
  Status status;
  ApduStatistics statistics;
  int tries_lost;
  bool open;
};

Outcome run_on(const Operation& operation, CardImage image) {
  auto card = must(VirtualCard::create(std::move(image)));
  const int before = tries_of(card.image());
  Outcome outcome{};
  {
    MyNumberCard ours(std::make_unique<ObservedChannel>(make_virtual_channel(card), outcome.statistics));
    outcome.status = operation.run(ours);
  }
  outcome.tries_lost = before - tries_of(card.image());
  outcome.open = left_open(card);
  return outcome;
}

Outcome run_with(const Operation& operation, const Dialect& dialect, std::vector<Fault> faults) {
  CardImage image = personalised_image();
  image.dialect = dialect;
  image.faults = std::move(faults);
  return run_on(operation, std::move(image));
}

// The SELECT that closes a PIN comes when the answer is known; a card without the issuer's application is asked for another.
std::uint32_t closing_commands(const Outcome& clean, const Dialect& dialect) {
  return clean.statistics.verifies == 0 ? 0 : dialect.issuer_domain ? 1 : 2;
}

bool takes_the_card(FaultKind kind) { return kind == FaultKind::removed_before || kind == FaultKind::removed_after; }

void check_fault(const Operation& operation, const Dialect& dialect, Fault fault, bool result_known) {
  INFO(operation.name << ", " << to_string(fault.kind) << " at " << fault.at);
  const Outcome outcome = run_with(operation, dialect, {fault});
  CHECK(outcome.tries_lost <= operation.tries_at_stake);
  CHECK(outcome.tries_lost <= static_cast<int>(outcome.statistics.verifies));
  CHECK(outcome.statistics.verifies <= operation.verifies);
  CHECK_FALSE(outcome.open);
  if (takes_the_card(fault.kind) && !result_known) CHECK(outcome.status.error().code == Errc::card_removed);
}

}  // namespace

TEST_CASE("sweep: every fault at every command of every operation") {
  const auto& operation = operations().at(static_cast<std::size_t>(GENERATE(range(0, static_cast<int>(operations().size())))));
  const Dialect& dialect = GENERATE(true, false) ? dialects().front() : dialects().back();
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

// What is missing or damaged says so by itself: an error of that object, never one of the link; no try and no open card.
TEST_CASE("sweep: every damage under every operation") {
  const auto& operation = operations().at(static_cast<std::size_t>(GENERATE(range(0, static_cast<int>(operations().size())))));
  const Dialect& dialect = GENERATE(true, false) ? dialects().front() : dialects().back();
  for (const DamageCase& damaged : damages_of(personalised_image())) {
    INFO(operation.name << ", " << damaged.name);
    CardImage image = damaged.done_to(personalised_image());
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
  for (const DamageCase& damaged : damages_of(personalised_image())) {
    if (!damaged.place.file && equal(damaged.place.aid, aid::kJpki)) continue;   // a foreign card
    INFO(damaged.name);
    auto card = must(VirtualCard::create(damaged.done_to(personalised_image())));
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
    CardImage image = personalised_image();
    for (const FileId file : row.gone) REQUIRE(damage(image, {Bytes(aid::kJpki.begin(), aid::kJpki.end()), file}, Damage::absent));
    auto card = must(VirtualCard::create(std::move(image)));
    MyNumberCard ours(make_virtual_channel(card));
    auto transaction = must(ours.begin());
    auto jpki = must(JpkiApplication::select(transaction));
    CHECK(must(jpki.holds(CertificateKind::auth)) == row.auth);
    CHECK(must(jpki.holds(CertificateKind::sign)) == row.sign);
  }
}
