// SPDX-License-Identifier: Apache-2.0
// Every flow over every fault at every command and over the dialects: the end comes as a typed error or a right result, no try is lost that
// nobody spent, nothing of a broken visit is visible, and the next visit is served.
#include "tests/contract/card_under_test.hpp"
#include "visit.hpp"

using namespace myna;
using namespace myna::test;
using namespace myna::kiosk;

namespace {

using Make = Request (*)();

struct Flow {
  std::string_view name;
  Make request;
};

constexpr std::uint32_t kRecognition = 5;   // commands

const std::vector<Flow>& flows() {
  static const std::vector<Flow> all{
      {"identify", [] { return Request(Identify{}); }},
      {"counters", [] { return Request(CountTries{}); }},
      {"attributes", [] { return Request(ReadAttributes{text_pin()}); }},
      {"face", [] { return Request(ReadFace{pin(PinKind::face_code_a, "123456789018")}); }},
      {"number",
       [] {
         return Request(ReadNumber{text_pin(), "tax"});
       }},
      {"log in",
       [] {
         return Request(AnswerLogIn{auth_pin(), "example", Bytes(16, 1)});
       }},
      {"age",
       [] {
         return Request(CheckAge{pin(PinKind::face_birth, "020102"), 20,
                                 std::chrono::year_month_day{std::chrono::year(2020), std::chrono::month(1), std::chrono::day(1)}});
       }},
      {"receipt",
       [] {
         return Request(SignDigest{pin(PinKind::sign, "ABC123"), Digest::sha256, Bytes(32, 5)});
       }},
      {"certificate", [] { return Request(ReadCertificate{CertificateKind::auth}); }},
      {"renewal", [] { return Request(RemindRenewal{now()}); }},
  };
  return all;
}

int tries_of(DeskCard& card) {
  const std::lock_guard lock(card.mutex);
  int sum = 0;
  for (const ImageApplication& application : card.card.image().applications) {
    for (const ImagePin& pin : application.pins) sum += pin.remaining;
  }
  return sum;
}

bool is_live(State state) { return state == State::presented || state == State::served; }

// From placing to the end of the flow, wherever it ends.
Status visit_once(Visit& visit, const DeskCardPtr& card, const Flow& flow, std::vector<Fault> faults) {
  visit.reach(State::idle);
  visit.desk.place(card, "Desk 1", std::move(faults));
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (visit.state_of() == State::idle || visit.state_of() == State::recognising) {
    if (std::chrono::steady_clock::now() > end) FAIL("nobody looked at the card");
    (void)visit.kiosk.wait({}, std::chrono::milliseconds(2));
  }
  const SessionPtr session = visit.kiosk.session("Desk 1");
  return session ? visit.kiosk.run(session, flow.request()) : Status{fail(Errc::card_unresponsive)};
}

void check_aftermath(Visit& visit, const Status& status, const SessionPtr& session) {
  const State state = visit.state_of();
  CHECK((status.has_value() ? state == State::served : state != State::served));
  if (!is_live(state)) CHECK(session == nullptr);
}

}  // namespace

TEST_CASE("faults: every fault at every command of every flow") {
  const Flow& flow = flows().at(static_cast<std::size_t>(GENERATE(range(0, 10))));
  const DeskCardPtr card = make_card(card_image());
  const int tries = tries_of(*card);
  Visit visit;
  REQUIRE(visit_once(visit, card, flow, {}));
  const std::uint32_t commands = visit.desk.commands();
  visit.take();
  // Recognition is tried again after 200 ms: swept once, with the first flow.
  for (std::uint32_t at = flow.name == "identify" ? 0 : kRecognition; at < commands; ++at) {
    for (const FaultKind kind : all_faults()) {
      if (kind == FaultKind::stall) continue;   // three seconds each
      INFO(flow.name << ", " << to_string(kind) << " at " << at);
      const Status status = visit_once(visit, card, flow, {{.at = at, .kind = kind}});
      check_aftermath(visit, status, visit.kiosk.session("Desk 1"));
      CHECK(tries_of(*card) == tries);
      visit.take();
    }
  }
  CHECK(visit_once(visit, card, flow, {}));
}

TEST_CASE("faults: every flow in every dialect") {
  const Dialect& dialect = dialects().at(static_cast<std::size_t>(GENERATE_COPY(range(0, static_cast<int>(dialects().size())))));
  CardImage image = card_image();
  image.dialect = dialect;
  const DeskCardPtr card = make_card(image);
  Visit visit;
  for (const Flow& flow : flows()) {
    INFO(flow.name);
    CHECK(visit_once(visit, card, flow, {}));
    visit.take();
  }
}

TEST_CASE("removal: at every command of every flow the session is over and the next card is served") {
  const Flow& flow = flows().at(static_cast<std::size_t>(GENERATE(range(0, 10))));
  const DeskCardPtr card = make_card(card_image());
  Visit visit;
  REQUIRE(visit_once(visit, card, flow, {}));
  const std::uint32_t commands = visit.desk.commands() - kRecognition;
  visit.take();
  for (std::uint32_t at = 0; at < commands; ++at) {
    INFO(flow.name << " at " << at);
    const SessionPtr session = visit.place(card);
    visit.desk.take_at(at);
    const Status status = visit.kiosk.run(session, flow.request());
    // What lets the card go comes after the result, and may be on its way still when the commands above are counted.
    if (!status) CHECK((status.error().code == Errc::session_ended || status.error().code == Errc::card_removed));
    else CHECK(at + 2 >= commands);
    visit.reach(State::idle);
    CHECK_FALSE(session->alive());
  }
  CHECK(visit_once(visit, card, flow, {}));
}

TEST_CASE("swap: another card at every command is never served under the first session") {
  const DeskCardPtr first = make_card(person("番号　花子")), second = make_card(person("番号　太郎"));
  Visit visit;
  REQUIRE(visit_once(visit, first, flows().at(2), {}));
  const std::uint32_t commands = visit.desk.commands() - kRecognition;
  visit.take();
  for (std::uint32_t at = 0; at < commands; ++at) {
    INFO("at " << at);
    const SessionPtr session = visit.place(first);
    visit.desk.swap_at(at, second);
    const Status status = visit.kiosk.run(session, ReadAttributes{text_pin()});
    if (status) CHECK(name_of(session) == "番号　花子");
    else CHECK(visit.state_of() == State::changed);
    CHECK((status ? at + 2 >= commands : !session->alive()));
    visit.take();
  }
}
