// SPDX-License-Identifier: Apache-2.0
// The long life of a kiosk: readers that go and come back, hang and fail; many visits, several readers, many threads.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "visit.hpp"

using namespace myna;
using namespace myna::test;
using namespace myna::kiosk;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kCycles = 300;
constexpr bool kMeasuresMemory = false;
#else
constexpr int kCycles = 10'000;
constexpr bool kMeasuresMemory = true;
#endif

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

std::size_t resident_kilobytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t size = 0, resident = 0;
  statm >> size >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) / 1024;
}

Options quick(Policy policy) {
  Options options = usual_options();
  options.policy = policy;
  return options;
}

// One visit without waiting for notices: the states are asked.
bool quick_visit(Visit& visit, const DeskCardPtr& card, const std::string& reader, bool with_pin) {
  visit.desk.place(card, reader);
  SessionPtr session;
  for (int i = 0; i < 200'000 && !session; ++i) {
    session = visit.kiosk.session(reader);
    if (!session) std::this_thread::sleep_for(std::chrono::microseconds(20));
  }
  const bool served = session && visit.kiosk.run(session, Identify{}) && (!with_pin || visit.kiosk.run(session, VerifyPin{text_pin()}));
  visit.desk.take(reader);
  for (int i = 0; i < 200'000 && visit.state_of(reader) != State::idle; ++i) std::this_thread::sleep_for(std::chrono::microseconds(20));
  return served && !session->alive();
}

}  // namespace

TEST_CASE("life: ten thousand visits leave memory and descriptors as they were") {
  Visit visit;
  visit.reach(State::idle);
  const DeskCardPtr card = make_card(person("番号　花子"));
  for (int i = 0; i < 200; ++i) REQUIRE(quick_visit(visit, card, "Desk 1", true));
  const std::size_t descriptors = open_descriptors(), memory = resident_kilobytes();
  int served = 0;
  for (int i = 0; i < kCycles; ++i) served += quick_visit(visit, card, "Desk 1", i % 4 == 0);
  CHECK(served == kCycles);
  CHECK(open_descriptors() == descriptors);
  if (kMeasuresMemory) CHECK(resident_kilobytes() <= memory + 1024);
  CHECK(visit.kiosk.metrics().sessions == static_cast<std::uint64_t>(kCycles) + 200);
}

TEST_CASE("threads: several readers with their own visits while others ask and cancel") {
  const std::vector<std::string> names{"Desk 1", "Desk 2", "Desk 3"};
  Visit visit(usual_options(), names);
  for (const std::string& name : names) visit.reach(State::idle, name);
  std::vector<int> served(names.size());
  {
    std::jthread noise([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        for (const ReaderView& view : visit.kiosk.readers()) {
          const SessionPtr session = visit.kiosk.session(view.name);
          if (!session) continue;
          (void)session->with([](const Held& held) { (void)held.identity.has_value(); });
          (void)visit.kiosk.touch(session);
        }
        (void)visit.kiosk.wait(stop, std::chrono::milliseconds(1));
        (void)visit.kiosk.metrics();
      }
    });
    std::vector<std::jthread> people;
    for (std::size_t i = 0; i < names.size(); ++i) {
      people.emplace_back([&, i] {
        const DeskCardPtr card = make_card(person("番号　花子"));
        for (int n = 0; n < 40; ++n) served.at(i) += quick_visit(visit, card, names.at(i), false);
      });
    }
  }
  CHECK(served == std::vector<int>{40, 40, 40});
}

TEST_CASE("threads: cancelling at any moment") {
  Visit visit;
  const DeskCardPtr card = make_card(person("番号　花子"));
  for (int i = 0; i < 30; ++i) {
    const SessionPtr session = visit.place(card);
    std::stop_source stop;
    std::jthread canceller([&, i] {
      std::this_thread::sleep_for(std::chrono::microseconds(i * 50));
      if (i % 3 == 0) visit.kiosk.cancel_operation(session);
      if (i % 3 == 1) (void)visit.kiosk.cancel("Desk 1");
      if (i % 3 == 2) stop.request_stop();
    });
    const Status status = visit.kiosk.run(session, ReadCertificate{CertificateKind::auth}, stop.get_token());
    if (!status) CHECK((status.error().code == Errc::cancelled || status.error().code == Errc::session_ended));
    canceller.join();
    visit.take();
  }
}

TEST_CASE("life: a kiosk ends in the middle of everything") {
  for (int i = 0; i < 30; ++i) {
    Visit visit;
    visit.reach(State::idle);
    visit.desk.place(make_card(person("番号　花子")));
    std::this_thread::sleep_for(std::chrono::microseconds(i * 40));
    const SessionPtr session = visit.kiosk.session("Desk 1");
    if (session) (void)visit.kiosk.submit(session, ReadAttributes{text_pin()});
  }
}

TEST_CASE("healing: a reader goes and comes back, and so does the service") {
  Visit visit;
  const DeskCardPtr card = make_card(person("番号　花子"));
  SessionPtr session = visit.place(card);
  visit.desk.unplug();
  visit.reach(State::no_reader);
  CHECK_FALSE(session->alive());
  visit.desk.plug_in();
  session = visit.place(card);
  visit.desk.service(false);
  visit.reach(State::no_reader);
  CHECK_FALSE(session->alive());
  visit.desk.service(true);
  visit.reach(State::presented);   // the card still lies there
  CHECK(visit.kiosk.metrics().reader_losses == 2);
  CHECK(visit.kiosk.metrics().reader_returns == 3);
  CHECK(visit.kiosk.metrics().service_losses >= 1);
}

TEST_CASE("healing: a PIN that the card refused is not sent again when the service has come back, but when the card has") {
  Visit visit;
  const DeskCardPtr card = make_card(person("番号　花子"));
  const auto wrong = [&](const SessionPtr& session) { return visit.kiosk.run(session, VerifyPin{pin(PinKind::text, "0000")}); };
  const auto tries = [&card] {
    const std::lock_guard lock(card->mutex);
    for (const ImageApplication& application : card->card.image().applications) {
      if (equal(application.aid, aid::kText)) return int{application.pins.front().remaining};
    }
    return -1;
  };
  const Status first = wrong(visit.place(card));
  CHECK(first.error().code == Errc::pin_wrong);
  CHECK(tries() == 2);
  visit.desk.service(false);
  visit.reach(State::no_reader);
  visit.desk.service(true);
  visit.reach(State::presented);
  const Status second = wrong(visit.kiosk.session("Desk 1"));
  CHECK(second.error().code == Errc::pin_refused_before);
  CHECK(tries() == 2);
  visit.take();
  const Status third = wrong(visit.place(card));
  CHECK(third.error().code == Errc::pin_wrong);
  CHECK(tries() == 1);
}

TEST_CASE("healing: openings that fail are tried again, then the reader is revived") {
  const auto [failures, revived] = GENERATE(table<int, bool>({{2, false}, {3, true}}));
  std::atomic<int> revivals = 0;
  Options options = usual_options();
  options.revive = [&](const std::string& reader) { revivals += reader == "Desk 1"; };
  Visit visit(std::move(options));
  visit.reach(State::idle);
  visit.desk.fail_openings(failures, Errc::link_lost);
  visit.desk.place(make_card(person("番号　花子")));
  visit.reach(State::presented);
  CHECK(visit.kiosk.metrics().reconnects == 2);
  CHECK(revivals == (revived ? 1 : 0));
}

TEST_CASE("healing: a reader that hangs loses its session in time, and serves again when it answers") {
  std::atomic<int> revivals = 0;
  Options options = quick({.operation = std::chrono::milliseconds(100)});
  options.revive = [&](const std::string&) { ++revivals; };
  Visit visit(std::move(options));
  const DeskCardPtr card = make_card(person("番号　花子"));
  const SessionPtr session = visit.place(card);
  visit.desk.hang(true);
  const Status status = visit.kiosk.run(session, Identify{});
  CHECK(status.error().code == Errc::session_ended);
  CHECK(visit.state_of() == State::failed);
  CHECK_FALSE(session->alive());
  CHECK(visit.kiosk.metrics().hangs == 1);
  visit.desk.hang(false);
  visit.take();
  CHECK(visit.place(card) != nullptr);
  CHECK(revivals == 1);
}

TEST_CASE("crowd: a second card ends the session, and who stays begins one of its own") {
  Visit visit;
  const DeskCardPtr card = make_card(person("番号　花子"));
  const SessionPtr session = visit.place(card);
  REQUIRE(visit.kiosk.run(session, ReadAttributes{text_pin()}));
  visit.desk.crowd();
  visit.reach(State::two_cards);
  CHECK_FALSE(session->alive());
  CHECK(visit.kiosk.session("Desk 1") == nullptr);
  visit.desk.place(card);
  visit.reach(State::presented);
  CHECK(visit.kiosk.run(visit.kiosk.session("Desk 1"), Identify{}));
  visit.desk.crowd();
  visit.reach(State::two_cards);
  visit.take();
}

TEST_CASE("time: idle wipes, a card left behind is told, a second tap that does not come drops the wish") {
  using std::chrono::milliseconds;
  Visit visit(quick({.idle = milliseconds(150), .placement = milliseconds(100), .retap = milliseconds(150)}));
  const DeskCardPtr card = make_card(person("番号　花子"));
  SessionPtr session = visit.place(card);
  REQUIRE(visit.kiosk.run(session, ReadAttributes{text_pin()}));
  visit.reach(State::left_behind);
  CHECK_FALSE(session->alive());
  visit.take();
  session = visit.place(card);
  REQUIRE(visit.kiosk.cancel("Desk 1"));
  CHECK(visit.state_of() == State::finished);
  visit.reach(State::left_behind);
  visit.take();
  session = visit.place(card);
  REQUIRE(visit.kiosk.confirm(session, "order"));
  visit.desk.take();
  visit.reach(State::confirm_retap);
  visit.reach(State::idle);
  CHECK(visit.kiosk.metrics().left_behind == 2);
  CHECK(visit.kiosk.metrics().commits == 0);
}
