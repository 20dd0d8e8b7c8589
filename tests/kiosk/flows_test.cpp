// SPDX-License-Identifier: Apache-2.0
// Visits from placing to taking away: what every flow gives, what it costs, and that nothing is left of it.
#include "visit.hpp"

#include "myna/personalise/tamper.hpp"
#include "myna/pictures/picture.hpp"
#include "myna/use_cases/log_in.hpp"

using namespace myna;
using namespace myna::test;
using namespace myna::kiosk;

namespace {

const CardImage& hanako() {
  static const CardImage image = person("番号　花子");
  return image;
}

Errc error_of(const Status& status) { return status.error().code; }

std::chrono::year_month_day date(int y, unsigned m, unsigned d) {
  return {std::chrono::year(y), std::chrono::month(m), std::chrono::day(d)};
}

}  // namespace

TEST_CASE("visit: identity without a PIN, attributes proven, all gone with the card") {
  Visit visit;
  const SessionPtr session = visit.place(make_card(hanako()));
  REQUIRE(session);
  REQUIRE(visit.kiosk.run(session, Identify{}));
  CHECK(read(session, [](const Held& h) { return h.identity->pseudonym.size(); }) == 64);
  CHECK(read(session, [](const Held& h) { return h.identity->record->serial; }).empty());
  REQUIRE(visit.kiosk.run(session, ReadAttributes{text_pin()}));
  CHECK(name_of(session) == "番号　花子");
  CHECK_FALSE(
      read(session, [](const Held& h) { return h.attributes->report.any(Proof::failed) || h.attributes->report.any(Proof::not_proven); }));
  CHECK(visit.state_of() == State::served);
  visit.take();
  CHECK_FALSE(session->alive());
  bool called = false;
  CHECK(error_of(session->with([&](const Held&) { called = true; })) == Errc::session_ended);
  CHECK_FALSE(called);
  CHECK(error_of(visit.kiosk.run(session, Identify{})) == Errc::session_ended);
  CHECK(visit.kiosk.session("Desk 1") == nullptr);
}

TEST_CASE("visit: recognise and identity and attributes with report within the APDU budget") {
  const auto [mode, budget] = GENERATE(table<LengthMode, unsigned>({{LengthMode::short_only, 21}, {LengthMode::extended, 15}}));
  Options options = usual_options();
  options.length_mode = mode;
  Visit visit(std::move(options));
  const SessionPtr session = visit.place(make_card(hanako()));
  REQUIRE(visit.kiosk.run(session, Identify{}));
  REQUIRE(visit.kiosk.run(session, ReadAttributes{text_pin()}));
  CHECK(visit.desk.commands() <= budget);
}

TEST_CASE("visit: a pseudonym is the same for every visit and another for another key") {
  const DeskCardPtr card = make_card(hanako());
  std::vector<std::string> seen;
  for (const Byte key : Bytes{1, 1, 2}) {
    Options options = usual_options();
    options.service_key = Bytes(32, key);
    Visit visit(std::move(options));
    const SessionPtr session = visit.place(card);
    REQUIRE(visit.kiosk.run(session, Identify{}));
    seen.push_back(read(session, [](const Held& h) { return h.identity->pseudonym; }));
    visit.take();
  }
  CHECK(seen[0] == seen[1]);
  CHECK(seen[0] != seen[2]);
}

TEST_CASE("visit: counters cost no try and no attempt") {
  Visit visit;
  const SessionPtr session = visit.place(make_card(hanako()));
  REQUIRE(visit.kiosk.run(session, CountTries{}));
  const auto left = read(session, [](const Held& h) {
    std::vector<int> tries;
    for (const PinCount& count : h.counters) tries.push_back(*count.status->remaining());
    return tries;
  });
  CHECK(left == std::vector<int>{3, 5, 3});
  CHECK(visit.kiosk.run(session, VerifyPin{text_pin()}));
}

TEST_CASE("visit: one PIN in one placement, and a wrong one ends it") {
  Visit visit;
  const DeskCardPtr card = make_card(hanako());
  SessionPtr session = visit.place(card);
  REQUIRE(visit.kiosk.run(session, VerifyPin{text_pin()}));
  CHECK(error_of(visit.kiosk.run(session, VerifyPin{text_pin()})) == Errc::invalid_argument);
  CHECK(error_of(visit.kiosk.want_pin(session)) == Errc::invalid_argument);
  visit.take();
  session = visit.place(card);
  REQUIRE(visit.kiosk.want_pin(session));
  const Status wrong = visit.kiosk.run(session, VerifyPin{pin(PinKind::text, "9999")});
  CHECK(error_of(wrong) == Errc::pin_wrong);
  CHECK(*wrong.error().tries_left == 2);
  CHECK(visit.state_of() == State::pin_wrong);
  CHECK(error_of(visit.kiosk.run(session, VerifyPin{text_pin()})) == Errc::session_ended);
  visit.take();
  CHECK(visit.kiosk.run(visit.place(card), VerifyPin{text_pin()}));
  CHECK(visit.kiosk.metrics().pins_sent == 3);
  CHECK(visit.kiosk.metrics().pins_refused == 1);
}

TEST_CASE("visit: a stuck card keeps its tries down to the floor") {
  const auto [floor, kept] = GENERATE(table<int, int>({{1, 0}, {2, 1}, {3, 2}}));
  Options options = usual_options();
  options.pin_floor = static_cast<std::uint8_t>(floor);
  options.policy.attempts = 3;
  Visit visit(std::move(options));
  const DeskCardPtr card = make_card(hanako());
  for (int i = 0; i < 5; ++i) {
    const SessionPtr session = visit.place(card);
    CHECK_FALSE(visit.kiosk.run(session, VerifyPin{pin(PinKind::auth, "000" + std::to_string(i))}));
    CHECK_FALSE(visit.kiosk.run(session, VerifyPin{auth_pin()}));
    visit.take();
  }
  const SessionPtr session = visit.place(card);
  REQUIRE(visit.kiosk.run(session, CountTries{{PinKind::auth}}));
  CHECK(read(session, [](const Held& h) { return int{*h.counters.at(0).status->remaining()}; }) == kept);
  const Status refused = visit.kiosk.run(session, VerifyPin{auth_pin()});
  CHECK(error_of(refused) == (floor == 1 ? Errc::pin_blocked : Errc::last_try_refused));
  CHECK(visit.state_of() == (floor == 1 ? State::blocked : State::last_try));
}

TEST_CASE("visit: the photo comes as PNG, decoded in a child") {
  Visit visit;
  const CardImage image = hanako();
  const SessionPtr session = visit.place(make_card(image));
  REQUIRE(visit.kiosk.run(session, ReadFace{pin(PinKind::face_code_a, "123456789018")}));
  const auto original = std::ranges::find(image.originals, "photo.png", &Original::name);
  REQUIRE(original != image.originals.end());
  const bool same = read(session, [&](const Held& h) { return *decode_png(h.face->photo_png.view()) == *decode_png(original->content); });
  CHECK(same);
  CHECK(read(session, [](const Held& h) { return h.face->values.has_value() && !h.face->report.any(Proof::failed); }));
}

TEST_CASE("visit: age from the birth record and from the attributes") {
  Visit visit;
  const DeskCardPtr card = make_card(hanako());   // born 1990-01-02, Heisei 2
  struct Case {
    PinKind kind;
    std::string_view pin;
    std::chrono::year_month_day on;
    bool old_enough;
  };
  for (const Case& c :
       {Case{PinKind::text, "5678", date(2010, 1, 2), true}, Case{PinKind::text, "5678", date(2010, 1, 1), false},
        Case{PinKind::face_birth, "020102", date(2010, 1, 2), true}, Case{PinKind::face_birth, "020102", date(2009, 12, 31), false}}) {
    const SessionPtr session = visit.place(card);
    REQUIRE(visit.kiosk.run(session, CheckAge{pin(c.kind, c.pin), 20, c.on}));
    CHECK(read(session, [](const Held& h) { return h.age->old_enough; }) == c.old_enough);
    CHECK(read(session, [](const Held& h) { return h.age->genuine; }) == kProven);
    visit.take();
  }
}

namespace {

// Everything that can be read, and no key of its own: with other keys, or with none.
CardImage copy_of(CardImage image, bool other_keys) {
  if (other_keys) REQUIRE(tamper(image, Tampering::clone));
  else for (ImageApplication& application : image.applications) application.default_key.reset();
  return image;
}

}  // namespace

TEST_CASE("visit: a copy of the files is not old enough where proof is required, and never proven") {
  const bool other_keys = GENERATE(false, true);
  Options options = usual_options();
  options.require_proof = true;
  Visit visit(std::move(options));
  const DeskCardPtr copy = make_card(copy_of(hanako(), other_keys));
  for (const auto& [kind, digits] : {std::pair{PinKind::text, "5678"}, {PinKind::face_birth, "020102"}}) {
    const SessionPtr session = visit.place(copy);
    REQUIRE(visit.kiosk.run(session, CheckAge{pin(kind, digits), 20, date(2020, 1, 2)}));
    const Verdict expected = other_keys ? failed(Reason::contradiction) : not_proven(Reason::copy);
    CHECK(read(session, [](const Held& h) { return h.age->genuine; }) == expected);
    CHECK_FALSE(read(session, [](const Held& h) { return h.age->old_enough; }));
    visit.take();
  }
}

TEST_CASE("confirm: a copy of the card is not the card") {
  const bool other_keys = GENERATE(false, true);
  Visit visit;
  const SessionPtr session = visit.place(make_card(hanako()));
  REQUIRE(visit.kiosk.confirm(session, "order 17"));
  visit.desk.take();
  visit.reach(State::confirm_retap);
  visit.desk.place(make_card(copy_of(hanako(), other_keys)));
  visit.reach(State::other_card);
}

TEST_CASE("visit: log in and receipt, checked with the certificates") {
  Visit visit;
  const DeskCardPtr card = make_card(hanako());
  const Bytes challenge(32, 9);
  SessionPtr session = visit.place(card);
  REQUIRE(visit.kiosk.run(session, AnswerLogIn{auth_pin(), "https://example.jp", challenge}));
  const Bytes info = *digest_info(Digest::sha256, hash(Digest::sha256, log_in_message("https://example.jp", challenge)));
  const bool good = read(session, [&](const Held& h) {
    return (*certificate_public_key(h.log_in->certificate.view()))->verify_pkcs1(info, h.log_in->signature).has_value();
  });
  CHECK(good);
  CHECK(read(session, [](const Held& h) { return h.log_in->chain; }) == kProven);
  visit.take();
  for (const auto& [kind, text] : {std::pair{PinKind::auth, "1234"}, {PinKind::sign, "ABC123"}}) {
    session = visit.place(card);
    const Bytes digest = hash(Digest::sha384, as_bytes("領収書"));
    REQUIRE(visit.kiosk.run(session, SignDigest{pin(kind, text), Digest::sha384, digest}));
    const bool fits = read(session, [&](const Held& h) {
      return (*certificate_public_key(h.signature->certificate.view()))
          ->verify_pkcs1(*digest_info(Digest::sha384, digest), h.signature->value)
          .has_value();
    });
    CHECK(fits);
    visit.take();
  }
}

TEST_CASE("visit: renewal says what ends first") {
  Visit visit;
  const SessionPtr session = visit.place(make_card(hanako()));
  REQUIRE(visit.kiosk.run(session, RemindRenewal{now()}));
  const auto until = read(session, [](const Held& h) { return h.renewal->certificate_until; });
  CHECK_FALSE(read(session, [](const Held& h) { return h.renewal->due; }));
  REQUIRE(visit.kiosk.run(session, RemindRenewal{until - std::chrono::days(30)}));
  CHECK(read(session, [](const Held& h) { return h.renewal->due && h.renewal->days_left <= 30; }));
  CHECK(read(session, [](const Held& h) { return h.renewal->link.size(); }) == 64);
}

TEST_CASE("visit: what is forged is not handed on, and test issuers only where they are named") {
  Options options = usual_options();
  options.test_anchors = false;
  options.require_proof = GENERATE(false, true);
  const bool strict = options.require_proof;
  Visit visit(std::move(options));
  SessionPtr session = visit.place(make_card(hanako()));
  REQUIRE(visit.kiosk.run(session, ReadAttributes{text_pin()}));
  CHECK(read(session, [](const Held& h) { return h.attributes->report.any(Proof::not_proven); }));
  CHECK(name_of(session).empty() == strict);
  visit.take();
  CardImage forged = hanako();
  for (ImageApplication& application : forged.applications) {
    for (ImageFile& file : application.files) {
      if (equal(application.aid, aid::kText) && file.file == 0x0002) file.content.at(40) ^= 1;
    }
  }
  session = visit.place(make_card(forged));
  REQUIRE(visit.kiosk.run(session, ReadAttributes{text_pin()}));
  CHECK(name_of(session).empty());
  CHECK(read(session, [](const Held& h) { return h.attributes->report.any(Proof::failed); }));
}

TEST_CASE("visit: a foreign card hears one command") {
  Visit visit;
  Personalisation what;
  what.kind = CardKind::foreign;
  what.issued = now();
  visit.reach(State::idle);
  visit.desk.place(make_card(must(personalise(what))));
  visit.reach(State::foreign);
  CHECK(visit.desk.commands() == 1);
  CHECK(visit.kiosk.session("Desk 1") == nullptr);
  visit.take();
}

TEST_CASE("visit: a phone is served what it has") {
  Visit visit;
  Personalisation what;
  what.kind = GENERATE(CardKind::phone_android, CardKind::phone_ios);
  what.issued = now();
  const SessionPtr session = visit.place(make_card(must(personalise(what))));
  REQUIRE(visit.kiosk.run(session, Identify{}));
  CHECK(read(session, [](const Held& h) { return h.identity->kind; }) == what.kind);
  CHECK_FALSE(read(session, [](const Held& h) { return h.identity->record.has_value(); }));
  CHECK(error_of(visit.kiosk.run(session, ReadCertificate{CertificateKind::auth})) == Errc::access_denied);
  CHECK(visit.state_of() == State::served);
  CHECK(visit.kiosk.run(session, ReadCertificate{CertificateKind::auth, auth_pin()}));
}

TEST_CASE("visit: a phone is one of ours without the holder's data") {
  Visit visit;
  Personalisation what;
  what.kind = GENERATE(CardKind::phone_android, CardKind::phone_ios);
  what.issued = now();
  const SessionPtr session = visit.place(make_card(must(personalise(what))));
  const auto commands = visit.desk.commands();
  CHECK(error_of(visit.kiosk.run(session, ReadAttributes{text_pin()})) == Errc::application_absent);
  CHECK(visit.desk.commands() == commands + 1);
  CHECK(visit.state_of() == State::presented);
  CHECK(visit.kiosk.run(session, Identify{}));
}

TEST_CASE("confirm: the same card commits, another does not, and nothing of the first is visible") {
  Visit visit;
  const DeskCardPtr first = make_card(hanako()), second = make_card(person("番号　太郎"));
  const bool same = GENERATE(true, false);
  const SessionPtr session = visit.place(first);
  REQUIRE(visit.kiosk.run(session, ReadAttributes{text_pin()}));
  REQUIRE(visit.kiosk.confirm(session, "order 17"));
  visit.reach(State::confirm_remove);
  visit.desk.take();
  visit.reach(State::confirm_retap);
  CHECK_FALSE(session->alive());
  visit.desk.place(same ? first : second);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  Notice notice;
  while (notice.kind != NoticeKind::committed && notice.kind != NoticeKind::dropped && std::chrono::steady_clock::now() < end) {
    notice = *visit.kiosk.wait({}, std::chrono::milliseconds(50));
  }
  CHECK(notice.kind == (same ? NoticeKind::committed : NoticeKind::dropped));
  CHECK(notice.label == "order 17");
  CHECK(visit.state_of() == (same ? State::committed : State::other_card));
  const SessionPtr next = visit.kiosk.session("Desk 1");
  CHECK((next != nullptr) == same);
  if (same) CHECK(name_of(next).empty());
}

TEST_CASE("log in: an answer counts once, for whom it was asked, and for its card") {
  Visit visit;
  Challenges challenges(std::chrono::seconds(60), 2);
  const Bytes challenge = challenges.make(now());
  const SessionPtr session = visit.place(make_card(hanako()));
  REQUIRE(visit.kiosk.run(session, AnswerLogIn{auth_pin(), "https://example.jp", challenge}));
  const auto judge = [&](std::string_view audience, ByteView asked, bool test_issuers) {
    std::optional<Result<Verdict>> verdict;
    REQUIRE(session->with([&](const Held& h) {
      verdict =
          check_log_in({h.log_in->certificate.view(), h.log_in->issuer.view(), h.log_in->signature, audience, asked}, now(), test_issuers);
    }));
    return *verdict;
  };
  CHECK(*judge("https://example.jp", challenge, true) == kProven);
  CHECK(*judge("https://example.jp", challenge, false) == not_proven(Reason::unknown_issuer));
  CHECK(judge("https://example.com", challenge, true).error().code == Errc::signature_mismatch);
  CHECK(judge("https://example.jp", Bytes(32, 1), true).error().code == Errc::signature_mismatch);
  CHECK(challenges.use(challenge, now()));
  CHECK_FALSE(challenges.use(challenge, now()));
  CHECK_FALSE(challenges.use(Bytes(32, 1), now()));
  const Bytes old = challenges.make(now());
  CHECK_FALSE(challenges.use(old, now() + std::chrono::seconds(61)));
  for (int i = 0; i < 5; ++i) (void)challenges.make(now());
  CHECK(challenges.pending() == 2);
}
