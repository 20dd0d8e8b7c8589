// SPDX-License-Identifier: Apache-2.0
// Promise 6: whatever happens at whichever command of whichever operation, the answer is a typed error or a right result,
// no try is lost that no VERIFY asked for, and no key stays usable. Always in process: the script is the card's own.
#include <catch2/catch.hpp>

#include "any_dialect.hpp"
#include "myna/card/card_application.hpp"
#include "myna/crypto/crypto.hpp"
#include "myna/ports/observed_channel.hpp"
#include "myna/trust/authenticity.hpp"
#include "myna/virtual/virtual_backend.hpp"
#include "tests/support/damaged_card.hpp"

using namespace myna;
using namespace myna::test;

namespace {

template <PinKind Kind>
Status verify_pin(JpkiApplication& jpki, RefusedPins& refused, std::string_view text) {
  return jpki.verify(*Pin<Kind>::parse(text), {}, refused);
}

Status sign_with(JpkiApplication& jpki, KeyKind key) {
  MYNA_TRY(const Bytes signature, jpki.sign(key, some_digest_info()));
  return signature.size() == 256 ? Status{} : Status{fail(Errc::malformed)};
}

Status read_attributes(CardTransaction& transaction, RefusedPins& refused) {
  MYNA_TRY(auto text, TextApplication::select(transaction));
  TextEvidence evidence;
  MYNA_TRY(evidence.certificate, text.read(TextFile::certificate));
  MYNA_CHECK(text.verify(*Pin<PinKind::text>::parse("5678"), {}, refused));
  MYNA_CHECK(collect(text, evidence));
  MYNA_CHECK(parse_basic_attributes(evidence.attributes.view()));
  return judge(evidence, test_cv_anchors()).any(Proof::failed) ? Status{fail(Errc::signature_mismatch)} : Status{};
}

Status read_face(CardTransaction& transaction, RefusedPins& refused) {
  MYNA_TRY(auto surface, SurfaceApplication::select(transaction));
  FaceEvidence evidence;
  MYNA_TRY(evidence.certificate, surface.read(SurfaceFile::certificate));
  MYNA_CHECK(surface.verify(*Pin<PinKind::face_code_a>::parse("123456789018"), {}, refused));
  MYNA_CHECK(collect(surface, evidence));
  MYNA_TRY(auto common, CommonApplication::select(transaction));
  MYNA_TRY(evidence.record, common.record());
  MYNA_CHECK(parse_card_face(evidence.face.view()));
  return judge(evidence, test_cv_anchors()).any(Proof::failed) ? Status{fail(Errc::signature_mismatch)} : Status{};
}

// The new value is the old one, so that the card stays as it was.
Status change_pin(CardTransaction& transaction, RefusedPins& refused) {
  const PinRow& row = pin_row(my_number_profile(), PinKind::text);
  MYNA_TRY(auto application, CardApplication::select(transaction, row.application));
  MYNA_CHECK(application.verify(*CheckedPin::parse(row, "5678"), {}, refused));
  return application.change_pin(*CheckedPin::parse(row, "5678"));
}

Status run_recognise(JpkiApplication& j, RefusedPins&) {
  MYNA_TRY(const auto r, recognise(j));
  (void)r;
  return {};
}

Status read_counters(JpkiApplication& j, RefusedPins&) {
  MYNA_CHECK(j.pin_status(PinKind::auth));
  MYNA_CHECK(j.pin_status(PinKind::sign));
  return {};
}

Status read_auth_certificate(JpkiApplication& j, RefusedPins&) {
  MYNA_CHECK(j.certificate(CertificateKind::auth));
  return {};
}

Status read_sign_certificate(JpkiApplication& j, RefusedPins& r) {
  MYNA_CHECK(j.learn_extended_length());
  MYNA_CHECK(verify_pin<PinKind::sign>(j, r, "ABC123"));
  MYNA_CHECK(j.certificate(CertificateKind::sign));
  return {};
}

Status sign_with_either_key(JpkiApplication& j, RefusedPins& r) {
  MYNA_CHECK(verify_pin<PinKind::auth>(j, r, "1234"));
  MYNA_CHECK(sign_with(j, KeyKind::auth));
  MYNA_CHECK(verify_pin<PinKind::sign>(j, r, "ABC123"));
  return sign_with(j, KeyKind::sign);
}

using JpkiWork = Status (*)(JpkiApplication&, RefusedPins&);

// What an operation does in its transaction: with JPKI, or with an application that it selects itself.
struct Operation {
  std::string_view name;
  JpkiWork jpki;
  int tries_at_stake;
  Status (*other)(CardTransaction&, RefusedPins&) = nullptr;

  Status run(CardTransaction& transaction, RefusedPins& refused) const {
    if (other != nullptr) return other(transaction, refused);
    MYNA_TRY(auto application, JpkiApplication::select(transaction));
    return jpki(application, refused);
  }
};
const std::vector<Operation>& operations() {
  static const std::vector<Operation> all{
      {"recognise", run_recognise, 0},
      {"counters", read_counters, 0},
      {"auth certificate", read_auth_certificate, 0},
      {"sign certificate", read_sign_certificate, 0},
      {"a wrong PIN", [](JpkiApplication& j, RefusedPins& r) { return verify_pin<PinKind::auth>(j, r, "9999"); }, 1},
      {"signature with either key", sign_with_either_key, 0},
      {"attributes with proof", nullptr, 0, read_attributes},
      {"card face with proof", nullptr, 0, read_face},
      {"change of a PIN", nullptr, 0, change_pin},
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
  std::uint32_t result_after;   // so many commands; those behind close the card
  int tries_lost;
  bool open;
};

Outcome run_on(const Operation& operation, CardImage image) {
  auto card = must(VirtualCard::create(std::move(image)));
  const int before = tries_of(card.image());
  Outcome outcome{};
  outcome.status = [&]() -> Status {
    MyNumberCard ours(std::make_unique<ObservedChannel>(make_virtual_channel(card), outcome.statistics));
    MYNA_TRY(auto transaction, ours.begin());
    const Status done = operation.run(transaction, ours.refused_pins());
    outcome.result_after = outcome.statistics.apdus;
    return done;
  }();
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
  const auto& operation = operations().at(static_cast<std::size_t>(GENERATE(range(0, 9))));
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

// What is missing or damaged says so by itself: an error of that object, never one of the link; no try and no open card.
TEST_CASE("sweep: every damage under every operation") {
  const auto& operation = operations().at(static_cast<std::size_t>(GENERATE(range(0, 9))));
  const Dialect& dialect = GENERATE(true, false) ? dialects().front() : dialects().back();
  for (const DamageCase& damaged : damages_of(personalised_image())) {
    INFO(operation.name << ", " << damaged.name);
    CardImage image = damaged.done_to(personalised_image());
    image.dialect = dialect;
    const Outcome outcome = run_on(operation, std::move(image));
    CHECK(outcome.tries_lost <= operation.tries_at_stake);
    CHECK(outcome.statistics.verifies <= 2);
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
