// SPDX-License-Identifier: Apache-2.0
// The applications with the holder's data, over every dialect: what opens what, and what a report proves.
#include <catch2/catch.hpp>

#include "card_under_test.hpp"
#include "myna/card/card_application.hpp"
#include "myna/card/my_number_card.hpp"
#include "myna/number/my_number.hpp"
#include "myna/personalise/tamper.hpp"
#include "myna/trust/authenticity.hpp"
#include "myna/virtual/virtual_backend.hpp"
#include "tests/support/virtual_card_fixture.hpp"

using namespace myna;
using namespace myna::test;

namespace {

std::string value_of(const CardImage& image, PinKind kind) {
  const PinRow& row = pin_row(my_number_profile(), kind);
  for (const ImageApplication& application : image.applications) {
    if (!equal(application.aid, row.application)) continue;
    for (const ImagePin& pin : application.pins) {
      if (pin.file == row.file) return pin.value;
    }
  }
  throw std::runtime_error("no such PIN");
}

// A card of a dialect and one transaction with it.
struct Bench {
  explicit Bench(const Dialect& dialect, std::optional<Tampering> forgery = {})
      : image([&] {
          CardImage made = card_image();
          made.dialect = dialect;
          if (forgery) (void)must_status(tamper(made, *forgery));
          return made;
        }()),
        card(must(VirtualCard::create(image))), ours(make_virtual_channel(card)), transaction(must(ours.begin())) {}
  static bool must_status(const Status& status) {
    if (!status) throw std::runtime_error("tampering failed");
    return true;
  }
  template <typename Application>
  Status open(Application& application, PinKind kind) {
    return application.verify(must(Pin::parse(pin_row(my_number_profile(), kind), value_of(image, kind))), {}, refused);
  }

  CardImage image;
  VirtualCard card;
  MyNumberCard ours;
  CardTransaction transaction;
  RefusedPins refused;
};

AuthenticityReport text_report(Bench& bench) {
  TextEvidence evidence;
  auto text = must(TextApplication::select(bench.transaction));
  evidence.certificate = must(text.read(TextFile::certificate));
  REQUIRE(bench.open(text, PinKind::text));
  REQUIRE(collect(text, evidence));
  return judge(evidence, test_cv_anchors());
}

}  // namespace

TEST_CASE("holder: what opens the text application, and what does not") {
  Bench bench(GENERATE(from_range(dialects())));
  auto text = must(TextApplication::select(bench.transaction));
  CHECK(text.attributes().error().code == Errc::access_denied);
  CHECK(text.read(TextFile::certificate));
  REQUIRE(bench.open(text, PinKind::text_code_a));
  CHECK(text.attributes().error().code == Errc::access_denied);   // code A opens the number only
  REQUIRE(bench.open(text, PinKind::text_code_b));
  CHECK(as_text(text.attributes()->name.view()) == "番号　花子");
  CHECK_FALSE(bench.open(text, PinKind::face_code_b));             // a PIN of another application never leaves
  CHECK(bench.open(text, PinKind::auth).error().code == Errc::invalid_argument);
}

TEST_CASE("holder: the number needs the PIN or code A, and a purpose") {
  Bench bench(GENERATE(from_range(dialects())));
  const Purpose purpose = must(Purpose::stated("contract test"));
  CHECK_FALSE(Purpose::stated(""));
  auto text = must(TextApplication::select(bench.transaction));
  REQUIRE(bench.open(text, PinKind::text_code_b));
  CHECK(read_my_number(bench.transaction, purpose).error().code == Errc::access_denied);
  REQUIRE(bench.open(text, PinKind::text_code_a));
  const auto number = read_my_number(bench.transaction, purpose);
  if (!number) {
    FAIL(describe(number.error().code).name << ' ' << std::hex << number.error().sw.value() << ' ' << number.error().where.file << std::dec
                                            << number.error().where.line);
  }
  REQUIRE(number);
  CHECK(as_text(number->number.digits()) == "123456789018");
  auto other_way = must(CardApplication::select(bench.transaction, aid::kText));
  CHECK(other_way.read_object(0x0001).error().code == Errc::invalid_argument);
}

TEST_CASE("holder: the age record alone, for who knows the birth date") {
  Bench bench(GENERATE(from_range(dialects())));
  auto surface = must(SurfaceApplication::select(bench.transaction));
  REQUIRE(bench.open(surface, PinKind::face_birth));
  const SecretBytes record = must(surface.read(SurfaceFile::age));
  CHECK(as_text(parse_age_record(record.view())->view()) == "19900102");
  CHECK(surface.read(SurfaceFile::face).error().code == Errc::access_denied);
}

TEST_CASE("holder: a report over every dialect") {
  Bench bench(GENERATE(from_range(dialects())));
  const AuthenticityReport report = text_report(bench);
  CHECK_FALSE(report.any(Proof::failed));
  CHECK_FALSE(report.any(Proof::not_proven));
}

TEST_CASE("holder: objects of the issuer domain, where it can be selected") {
  Bench bench(GENERATE(from_range(dialects())));
  (void)must(CommonApplication::select(bench.transaction));
  const auto municipality = read_issuer_object(bench.transaction, 0x00F0);
  REQUIRE(municipality.has_value() == bench.image.dialect.issuer_domain);
  if (!municipality) return;
  CHECK(as_text(municipality->view()) == "13101");
  CHECK(read_issuer_object(bench.transaction, 0x00F1).error().code == Errc::file_absent);
  // 568 bytes: refused with 6700 to a short Le, and asked again with an extended one where the card takes it.
  CHECK(read_issuer_object(bench.transaction, 0x7F21).has_value() == bench.image.dialect.extended_length);
}

TEST_CASE("holder: one counter of the resident register in every application that shows it") {
  Bench bench(dialects().front());
  const PinRow& juki = pin_row(my_number_profile(), PinKind::juki);
  auto application = must(CardApplication::select(bench.transaction, aid::kJuki));
  CHECK(application.verify(must(Pin::parse(juki, "0000")), {}, bench.refused).error().tries_left == 2);
  PinRow seen_from_common = juki;
  seen_from_common.application = aid::kCommon;
  auto common = must(CardApplication::select(bench.transaction, aid::kCommon));
  CHECK(common.pin_status(seen_from_common)->remaining() == 2);
}

TEST_CASE("holder: records of the common application by number") {
  Bench bench(GENERATE(from_range(dialects())));
  auto common = must(CardApplication::select(bench.transaction, aid::kCommon));
  CHECK(common.read_record(0x0001, 1)->size() == 30);
  CHECK(common.read_record(0x0001, 2).error().code == Errc::file_absent);
  CHECK(common.read_record(0x0003, 1).error().code == Errc::file_absent);
}

TEST_CASE("holder: every forgery is found in the part that it touches") {
  const auto [forgery, found] = GENERATE(table<Tampering, bool>({{Tampering::name, true},
                                                                 {Tampering::number, true},
                                                                 {Tampering::signature, true},
                                                                 {Tampering::clone, true},
                                                                 {Tampering::photo, false},
                                                                 {Tampering::expiry, false}}));
  Bench bench(dialects().front(), forgery);
  CHECK(text_report(bench).any(Proof::failed) == found);
}
