// SPDX-License-Identifier: Apache-2.0
// Every reader of a real pcscd: states, events, sharing, resets by others, removal.
#include <catch2/catch.hpp>

#include <winscard.h>

#include <algorithm>
#include <cstdlib>
#include <future>
#include <thread>

#include "myna/pcsc/pcsc_backend.hpp"
#include "myna/virtual/vpcd_link.hpp"
#include "rival_between.hpp"
#include "tests/support/virtual_card_fixture.hpp"

using namespace myna;
using namespace myna::test;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kSelect = "00A4040C0AD392F000260100000001";

// The card of the image in the first virtual reader, as long as the object lives.
class InsertedCard {
 public:
  explicit InsertedCard(CardImage image = card_image()) : card_(must(VirtualCard::create(std::move(image)))) {
    const auto port = static_cast<std::uint16_t>(std::strtoul(std::getenv("MYNA_VPCD_PORT"), nullptr, 10));
    server_ = std::jthread([this, port](std::stop_token stop) { (void)serve_vpcd(card_, port, stop); });
  }
  // pcscd looks every 400 ms: the next card must not be taken for this one.
  ~InsertedCard() {
    server_.request_stop();
    server_.join();
    const auto backend = make_pcsc_backend({.pins_end = aid::kPinsEnd});
    for (int i = 0; i < 20 && any_card(must(backend->readers())); ++i) must(backend->wait({}, 5s));
  }
  InsertedCard(const InsertedCard&) = delete;
  InsertedCard& operator=(const InsertedCard&) = delete;

 private:
  static bool any_card(const std::vector<ReaderInfo>& readers) {
    return std::ranges::any_of(readers, [](const ReaderInfo& r) { return r.state != ReaderState::empty; });
  }

  VirtualCard card_;
  std::jthread server_;
};

ReaderInfo wait_for_state(ReaderBackend& backend, ReaderState state) {
  for (int i = 0; i < 20; ++i) {
    for (const ReaderInfo& reader : must(backend.readers())) {
      if (reader.state == state && (state == ReaderState::card_present || reader.name.ends_with("00 00"))) return reader;
    }
    must(backend.wait({}, 5s));
  }
  throw std::runtime_error("the reader did not change its state");
}

// Another PC/SC program: its own context and handle.
class OtherProgram {
 public:
  explicit OtherProgram(const std::string& reader) {
    REQUIRE(SCardEstablishContext(SCARD_SCOPE_SYSTEM, nullptr, nullptr, &context_) == SCARD_S_SUCCESS);
    DWORD protocol = 0;
    REQUIRE(SCardConnect(context_, reader.c_str(), SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card_, &protocol) ==
            SCARD_S_SUCCESS);
  }
  ~OtherProgram() {
    SCardDisconnect(card_, SCARD_LEAVE_CARD);
    SCardReleaseContext(context_);
  }
  OtherProgram(const OtherProgram&) = delete;
  OtherProgram& operator=(const OtherProgram&) = delete;
  void hold() { REQUIRE(SCardBeginTransaction(card_) == SCARD_S_SUCCESS); }
  void let_go() { REQUIRE(SCardEndTransaction(card_, SCARD_LEAVE_CARD) == SCARD_S_SUCCESS); }
  void reset() {
    DWORD protocol = 0;
    REQUIRE(SCardReconnect(card_, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, SCARD_RESET_CARD, &protocol) ==
            SCARD_S_SUCCESS);
  }

 private:
  SCARDCONTEXT context_ = 0;
  SCARDHANDLE card_ = 0;
};

std::uint16_t ask(CardChannel& channel, std::string_view command) {
  return must(channel.exchange(must(from_hex(command)))).sw().value();
}

}  // namespace

TEST_CASE("an inserted card is an event, is read, and its removal is an event") {
  const auto backend = make_pcsc_backend({.pins_end = aid::kPinsEnd});
  wait_for_state(*backend, ReaderState::empty);
  {
    const InsertedCard card;
    ReaderEvent event;
    while (event.kind != ReaderEventKind::card_arrived) event = must(backend->wait({}, 20s));
    const ReaderInfo reader = wait_for_state(*backend, ReaderState::card_present);
    CHECK(reader.name == event.reader);
    CHECK(reader.is_virtual);
    CHECK(equal(reader.atr, card_image().atr));
    const auto channel = must(backend->open(reader));
    REQUIRE(channel->lock());
    CHECK(ask(*channel, kSelect) == 0x9000);
    channel->unlock(EndAction::leave);
  }
  ReaderEvent event;
  while (event.kind != ReaderEventKind::card_removed) event = must(backend->wait({}, 20s));
  CHECK(must(backend->wait({}, 0ms)).kind == ReaderEventKind::nothing);
}

TEST_CASE("waiting ends on request, early or late") {
  const auto backend = make_pcsc_backend({.pins_end = aid::kPinsEnd});
  must(backend->readers());
  std::stop_source early;
  early.request_stop();
  CHECK(backend->wait(early.get_token(), 1h).error().code == Errc::cancelled);
  std::stop_source late;
  auto waiting = std::async(std::launch::async, [&] { return backend->wait(late.get_token(), 1h); });
  late.request_stop();
  CHECK(waiting.get().error().code == Errc::cancelled);
}

TEST_CASE("empty and unknown readers cannot be opened") {
  const auto backend = make_pcsc_backend({.pins_end = aid::kPinsEnd});
  const ReaderInfo empty = wait_for_state(*backend, ReaderState::empty);
  CHECK(backend->open(empty).error().code == Errc::no_card);
  CHECK(backend->open({.name = "nonsense", .atr = {}}).error().code == Errc::reader_unknown);
}

TEST_CASE("a card held by another program is busy, for the lock and for the first connection, and free afterwards") {
  const InsertedCard card;
  const auto backend = make_pcsc_backend({.pins_end = aid::kPinsEnd, .deadline = 300ms, .runtime_directories = {}});
  const ReaderInfo reader = wait_for_state(*backend, ReaderState::card_present);
  const auto channel = must(backend->open(reader));
  OtherProgram other(reader.name);
  other.hold();
  CHECK(channel->lock().error().code == Errc::card_busy);
  CHECK(backend->open(reader).error().code == Errc::card_busy);
  other.let_go();
  CHECK(channel->lock());
  channel->unlock(EndAction::leave);
}

namespace {

constexpr int kHeld = 2500;   // by the rival, ms; the deadline is 300

struct RivalBench {
  InsertedCard card;
  std::unique_ptr<ReaderBackend> backend = make_pcsc_backend({.pins_end = aid::kPinsEnd, .deadline = 300ms, .runtime_directories = {}});
  ReaderInfo reader = wait_for_state(*backend, ReaderState::card_present);
  std::unique_ptr<CardChannel> channel = must(backend->open(reader));

  // Busy in time, while the rival holds the card; and when it has let go nobody holds it, whatever came late.
  void check_busy(const char* before, const std::function<Status()>& work) const {
    rival_before(before, kHeld);
    const auto begin = std::chrono::steady_clock::now();
    const Status done = work();
    const auto took = std::chrono::steady_clock::now() - begin;
    CHECK(rival_holds());
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().code == Errc::card_busy);
    CHECK(took < 1500ms);
  }
  void wait_for_the_end() const {
    while (rival_holds()) std::this_thread::sleep_for(10ms);
    std::this_thread::sleep_for(300ms);   // libpcsclite asks every 100 ms
  }
};

}  // namespace

TEST_CASE("a program that takes the card between our look and our claim: busy in time, and the late claim is let go") {
  const RivalBench bench;
  const auto before = bench.channel->resets();
  bench.check_busy("begin", [&] { return bench.channel->lock(); });
  bench.wait_for_the_end();
  OtherProgram(bench.reader.name).reset();   // waits for ever if anybody held the card still
  REQUIRE(bench.channel->lock());
  CHECK(bench.channel->resets() > before);   // another handle: who lies there is asked anew
  CHECK(ask(*bench.channel, kSelect) == 0x9000);
  bench.channel->unlock(EndAction::leave);
}

TEST_CASE("a program that takes the card before we reconnect after its reset: busy in time") {
  const RivalBench bench;
  OtherProgram(bench.reader.name).reset();
  bench.check_busy("reconnect", [&] { return bench.channel->lock(); });
  bench.wait_for_the_end();
  REQUIRE(bench.channel->lock());
  bench.channel->unlock(EndAction::leave);
}

TEST_CASE("a program that takes the card before we connect, or before the power that we took is given again: busy in time") {
  const RivalBench bench;
  bench.check_busy("connect", [&] {
    auto opened = bench.backend->open(bench.reader);
    return opened ? Status{} : Status{Unexpected(opened.error())};
  });
  bench.wait_for_the_end();
  REQUIRE(bench.channel->lock());
  bench.channel->unlock(EndAction::power_off);
  bench.check_busy("reconnect", [&] { return bench.channel->lock(); });
  bench.wait_for_the_end();
  REQUIRE(bench.channel->lock());
  CHECK(ask(*bench.channel, kSelect) == 0x9000);
  bench.channel->unlock(EndAction::leave);
}

TEST_CASE("a channel ends at once, though its claim was left behind") {
  RivalBench bench;
  bench.check_busy("begin", [&] { return bench.channel->lock(); });
  const auto begin = std::chrono::steady_clock::now();
  bench.channel.reset();
  CHECK(std::chrono::steady_clock::now() - begin < 1s);
  CHECK(rival_holds());
  bench.wait_for_the_end();
}

TEST_CASE("a reset by another program is noticed at the next lock") {
  const InsertedCard card;
  const auto backend = make_pcsc_backend({.pins_end = aid::kPinsEnd});
  const ReaderInfo reader = wait_for_state(*backend, ReaderState::card_present);
  const auto channel = must(backend->open(reader));
  REQUIRE(channel->lock());
  channel->unlock(EndAction::leave);
  const auto before = channel->resets();
  OtherProgram(reader.name).reset();
  REQUIRE(channel->lock());
  CHECK(channel->resets() > before);
  CHECK(ask(*channel, kSelect) == 0x9000);
  channel->unlock(EndAction::leave);
}

TEST_CASE("power-off closes a PIN, and the channel goes on afterwards") {
  const InsertedCard card;
  const auto backend = make_pcsc_backend({.pins_end = aid::kPinsEnd});
  const auto channel = must(backend->open(wait_for_state(*backend, ReaderState::card_present)));
  REQUIRE(channel->lock());
  CHECK(ask(*channel, kSelect) == 0x9000);
  CHECK(ask(*channel, "002000980431323334") == 0x9000);
  channel->unlock(EndAction::power_off);
  REQUIRE(channel->lock());
  CHECK(channel->resets() == 1);
  CHECK(ask(*channel, kSelect) == 0x9000);
  CHECK(ask(*channel, "00200098") == 0x63C3);
  channel->unlock(EndAction::leave);
}

TEST_CASE("a card that is taken away is removed, for every call from then on") {
  const auto backend = make_pcsc_backend({.pins_end = aid::kPinsEnd});
  std::unique_ptr<CardChannel> channel;
  {
    const InsertedCard card;
    channel = must(backend->open(wait_for_state(*backend, ReaderState::card_present)));
    REQUIRE(channel->lock());
    CHECK(ask(*channel, kSelect) == 0x9000);
  }
  CHECK(channel->exchange(must(from_hex("00200098"))).error().code == Errc::card_removed);
  channel->unlock(EndAction::power_off);
  CHECK(channel->lock().error().code == Errc::card_removed);
}
