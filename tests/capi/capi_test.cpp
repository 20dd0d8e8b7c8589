// SPDX-License-Identifier: Apache-2.0
// libmyna.so.0 as a program in C uses it, with a virtual card that comes and leaves by a link.
#include <catch2/catch.hpp>

#include <atomic>
#include <cstring>
#include <fstream>
#include <thread>

#include "capi_fixture.hpp"
#include "myna/personalise/tamper.hpp"

using namespace myna::test;

extern "C" int visit_in_c(const char* readers);   // visit.c

namespace {

std::string data(myna_session* session, const char* name) {
  myna_error* error = nullptr;
  myna_data* found = myna_session_data(session, name, &error);
  if (found == nullptr) return "error " + name_of(error);
  std::string text(static_cast<const char*>(myna_data_bytes(found)), myna_data_size(found));
  myna_data_free(found);
  return text;
}

}  // namespace

TEST_CASE("C: a visit in plain C") {
  const Reader reader;
  reader.insert();
  CHECK(visit_in_c(reader.name().c_str()) == 0);
}

TEST_CASE("C: the number, proven, for a stated purpose") {
  const Reader reader;
  reader.insert();
  const auto kiosk = open_kiosk(reader);
  const Owned<myna_session> session(myna_kiosk_session(kiosk.get(), nullptr, 20'000, nullptr));
  REQUIRE(session);
  myna_error* error = nullptr;
  CHECK(myna_session_read_number(session.get(), "text", "5678", "x", &error) == -1);
  CHECK(name_of(error) == "invalid-argument");
  CHECK(data(session.get(), "number") == "error file-absent");
  reader.remove();
}

TEST_CASE("C: what the number's proof says") {
  const Reader reader;
  reader.insert();
  const auto kiosk = open_kiosk(reader);
  const Owned<myna_session> session(myna_kiosk_session(kiosk.get(), nullptr, 20'000, nullptr));
  REQUIRE(session);
  REQUIRE(myna_session_read_number(session.get(), "text", "5678", "year-end tax adjustment", nullptr) == 0);
  CHECK(data(session.get(), "number") == "123456789018");
  CHECK(data(session.get(), "number-genuine") == "proven");
  CHECK(data(session.get(), "number-report").find("number-hash=proven\n") != std::string::npos);
  CHECK(data(session.get(), "number-reasons").empty());
}

TEST_CASE("C: a phone does not have the holder's data") {
  myna::Personalisation what;
  what.kind = myna::CardKind::phone_android;
  what.issued = now();
  const Reader reader(must(myna::personalise(what)));
  const auto kiosk = open_kiosk(reader);
  reader.insert();
  const Owned<myna_session> session(myna_kiosk_session(kiosk.get(), nullptr, 20'000, nullptr));
  REQUIRE(session);
  myna_error* error = nullptr;
  CHECK(myna_session_read_attributes(session.get(), "text", "5678", &error) == -1);
  CHECK(name_of(error) == "application-absent");
  CHECK(myna_session_is_alive(session.get()) == 1);
}

TEST_CASE("C: what was read is gone with the card") {
  const Reader reader;
  const auto kiosk = open_kiosk(reader);
  reader.insert();
  const Owned<myna_session> session(myna_kiosk_session(kiosk.get(), nullptr, 20'000, nullptr));
  REQUIRE(session);
  CHECK(myna_session_is_virtual(session.get()) == 1);
  CHECK(data(session.get(), "name") == "error file-absent");
  CHECK(data(session.get(), "no such") == "error invalid-argument");
  REQUIRE(myna_session_read_attributes(session.get(), "text", "5678", nullptr) == 0);
  CHECK(data(session.get(), "name") == "番号　花子");
  CHECK(data(session.get(), "attributes-report").find("attributes-hash=proven\n") != std::string::npos);
  reader.remove();
  for (int i = 0; i < 2000 && myna_session_is_alive(session.get()) == 1; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK(data(session.get(), "name") == "error session-ended");
  myna_error* error = nullptr;
  CHECK(myna_session_identify(session.get(), &error) == -1);
  CHECK(name_of(error) == "session-ended");
}

TEST_CASE("C: a wrong PIN tells the tries left in both languages and ends the placement") {
  const Reader reader;
  const auto kiosk = open_kiosk(reader);
  reader.insert();
  const Owned<myna_session> session(myna_kiosk_session(kiosk.get(), nullptr, 20'000, nullptr));
  REQUIRE(session);
  REQUIRE(myna_session_count_tries(session.get(), nullptr) == 0);
  CHECK(myna_session_tries_left(session.get(), "auth") == 3);
  myna_error* error = nullptr;
  CHECK(myna_session_verify_pin(session.get(), "auth", "12", &error) == -1);
  CHECK(name_of(std::exchange(error, nullptr)) == "pin-malformed");
  CHECK(myna_session_verify_pin(session.get(), "auth", "9999", &error) == -1);
  REQUIRE(error != nullptr);
  CHECK(myna_error_tries_left(error) == 2);
  CHECK(std::string(myna_error_message(error, MYNA_ENGLISH)) != myna_error_message(error, MYNA_JAPANESE));
  CHECK(name_of(std::exchange(error, nullptr)) == "pin-wrong");
  CHECK(myna_session_verify_pin(session.get(), "auth", "1234", &error) == -1);
  CHECK(name_of(error) == "session-ended");
  CHECK(myna_kiosk_metric(kiosk.get(), "pins-sent") == 1);
}

TEST_CASE("C: what a card lacks is named, and the rest is told") {
  myna::CardImage image = card_image();
  for (const myna::FileId file : {myna::FileId{0x001B}, myna::FileId{0x000A}}) {
    REQUIRE(myna::damage(image, {myna::Bytes(myna::aid::kJpki.begin(), myna::aid::kJpki.end()), file}, myna::Damage::absent));
  }
  const Reader reader(image);
  const auto kiosk = open_kiosk(reader);
  reader.insert();
  const Owned<myna_session> session(myna_kiosk_session(kiosk.get(), nullptr, 20'000, nullptr));
  REQUIRE(session);
  REQUIRE(myna_session_count_tries(session.get(), nullptr) == 0);
  CHECK((myna_session_tries_left(session.get(), "auth") == 3 && myna_session_tries_left(session.get(), "sign") == -1));
  CHECK(data(session.get(), "counters") == "auth=3\nsign=absent\ntext=3\n");
  myna_error* error = nullptr;
  REQUIRE(myna_session_read_certificate(session.get(), "auth", nullptr, &error) != 0);
  const Owned<myna_error> owned(error);
  CHECK(std::string(myna_error_about(error, MYNA_ENGLISH)) == "authentication certificate");
  CHECK(std::string(myna_error_about(error, MYNA_JAPANESE)) == "利用者証明用電子証明書");
}

TEST_CASE("C: options that are wrong are refused") {
  const Owned<myna_options> options(myna_options_new());
  for (const auto& [name, value] : {std::pair{"idle", "0"},
                                    {"idle", "x"},
                                    {"idle", "0.5"},
                                    {"retap", "601"},
                                    {"placement", "nan"},
                                    {"operation", "1s"},
                                    {"attempts", "4"},
                                    {"attempts", "1.5"},
                                    {"pin-floor", "0"},
                                    {"apdu", "long"},
                                    {"test-issuers", "maybe"},
                                    {"nothing", "1"}}) {
    myna_error* error = nullptr;
    CHECK(myna_options_set(options.get(), name, value, &error) == -1);
    CHECK(name_of(error) == "invalid-argument");
  }
  CHECK(myna_options_add_readers(options.get(), "serial:", nullptr) == -1);
  CHECK(myna_options_set_service_key(options.get(), "short", 5, nullptr) == -1);
  CHECK(myna_kiosk_new(options.get(), nullptr) == nullptr);   // no readers
}

TEST_CASE("C: options that are right are taken") {
  const Owned<myna_options> options(myna_options_new());
  for (const auto& [name, value] : {std::pair{"idle", "1.5"},
                                    {"placement", "1"},
                                    {"operation", "600"},
                                    {"retap", "30"},
                                    {"attempts", "3"},
                                    {"pin-floor", "5"},
                                    {"test-issuers", "no"},
                                    {"test-anchors", "yes"},
                                    {"require-proof", "yes"},
                                    {"apdu", "short"},
                                    {"trust", "/nowhere"}}) {
    CAPTURE(name);
    CHECK(myna_options_set(options.get(), name, value, nullptr) == 0);
  }
}

TEST_CASE("C: notices come by a callback from one thread or by waiting") {
  const Reader reader;
  const auto kiosk = open_kiosk(reader);
  struct Seen {
    std::atomic<int> presented{0}, idle{0};
    std::atomic<std::thread::id> thread{};
    std::atomic<bool> one_thread{true};
  } seen;
  const auto listener = [](const myna_notice* notice, void* context) {
    Seen& all = *static_cast<Seen*>(context);
    std::thread::id none;
    if (!all.thread.compare_exchange_strong(none, std::this_thread::get_id())) {
      all.one_thread = all.one_thread && none == std::this_thread::get_id();
    }
    all.presented += std::strcmp(myna_notice_state(notice), "presented") == 0;
    all.idle += std::strcmp(myna_notice_state(notice), "idle") == 0;
  };
  REQUIRE(myna_kiosk_listen(kiosk.get(), listener, &seen, nullptr) == 0);
  reader.insert();
  for (int i = 0; i < 4000 && seen.presented == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK(seen.presented == 1);
  CHECK(seen.one_thread);
  REQUIRE(myna_kiosk_listen(kiosk.get(), nullptr, nullptr, nullptr) == 0);
  reader.remove();
  myna_notice* notice = nullptr;
  REQUIRE(myna_kiosk_wait(kiosk.get(), 20'000, &notice, nullptr) == 1);
  CHECK(std::string(myna_notice_kind(notice)) == "state");
  CHECK(std::string(myna_notice_state(notice)) == "idle");
  myna_notice_free(notice);
  std::jthread waker([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    myna_kiosk_interrupt(kiosk.get());
  });
  CHECK(myna_kiosk_wait(kiosk.get(), -1, &notice, nullptr) == 0);
}

TEST_CASE("C: the end of a kiosk ends what waits in other threads and sessions outlive it empty") {
  for (int round = 0; round < 10; ++round) {
    const Reader reader;
    auto kiosk = open_kiosk(reader);
    reader.insert();
    const Owned<myna_session> session(myna_kiosk_session(kiosk.get(), nullptr, 20'000, nullptr));
    REQUIRE(session);
    std::atomic<int> ended = 0;
    std::jthread worker([&] {
      while (myna_session_read_certificate(session.get(), "auth", nullptr, nullptr) == 0) {
      }
      ++ended;
    });
    std::jthread canceller([&] { myna_session_cancel(session.get()); });
    std::this_thread::sleep_for(std::chrono::milliseconds(round));
    kiosk.reset();
    worker.join();
    CHECK(ended == 1);
    CHECK(data(session.get(), "certificate") == "error session-ended");
    CHECK(myna_session_identify(session.get(), nullptr) == -1);
  }
}
