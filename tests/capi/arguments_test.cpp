// SPDX-License-Identifier: Apache-2.0
// Arguments that are none: refused before anything is sent to a card, and never an end of the program.
#include <catch2/catch.hpp>

#include <limits>
#include <string>

#include "capi_fixture.hpp"

using namespace myna::test;

namespace {

const std::string kChallenge(32, 'c');
const std::string kHash(32, 'h');

struct Visit {
  Reader reader;
  Owned<myna_kiosk> kiosk = open_kiosk(reader);
  Owned<myna_session> session;
  Visit() {
    reader.insert();
    session.reset(myna_kiosk_session(kiosk.get(), nullptr, 20'000, nullptr));
    REQUIRE(session);
  }
  std::uint64_t commands() const { return myna_kiosk_metric(kiosk.get(), "apdus"); }
};

struct Wrong {
  const char* what;
  int (*call)(myna_session*, myna_error**);
};

int log_in(myna_session* s, myna_error** e, const char* audience, const void* challenge, std::size_t size) {
  return myna_session_log_in(s, "1234", audience, challenge, size, e);
}

const Wrong kWrong[] = {
    {"attributes with the PIN of the log-in", [](auto* s, auto** e) { return myna_session_read_attributes(s, "auth", "1234", e); }},
    {"attributes with the code that opens the number",
     [](auto* s, auto** e) { return myna_session_read_attributes(s, "text-code-a", "123456789018", e); }},
    {"face with the birth date", [](auto* s, auto** e) { return myna_session_read_face(s, "face-birth", "020102", e); }},
    {"no PIN of that name", [](auto* s, auto** e) { return myna_session_verify_pin(s, "pin", "1234", e); }},
    {"no name of a PIN", [](auto* s, auto** e) { return myna_session_verify_pin(s, nullptr, "1234", e); }},
    {"a PIN that is only counted", [](auto* s, auto** e) { return myna_session_verify_pin(s, "juki", "9012", e); }},
    {"no audience", [](auto* s, auto** e) { return log_in(s, e, nullptr, kChallenge.data(), 32); }},
    {"an empty audience", [](auto* s, auto** e) { return log_in(s, e, "", kChallenge.data(), 32); }},
    {"a long audience", [](auto* s, auto** e) { return log_in(s, e, std::string(256, 'a').c_str(), kChallenge.data(), 32); }},
    {"an audience that is no UTF-8", [](auto* s, auto** e) { return log_in(s, e, "https://\xC0\xAF", kChallenge.data(), 32); }},
    {"no challenge", [](auto* s, auto** e) { return log_in(s, e, "a", nullptr, 32); }},
    {"a short challenge", [](auto* s, auto** e) { return log_in(s, e, "a", kChallenge.data(), 15); }},
    {"a challenge without end",
     [](auto* s, auto** e) { return log_in(s, e, "a", kChallenge.data(), std::numeric_limits<std::size_t>::max()); }},
    {"151 years", [](auto* s, auto** e) { return myna_session_check_age(s, "text", "5678", 151, "20260101", e); }},
    {"years without end",
     [](auto* s, auto** e) { return myna_session_check_age(s, "text", "5678", std::numeric_limits<unsigned>::max(), "20260101", e); }},
    {"no day", [](auto* s, auto** e) { return myna_session_check_age(s, "text", "5678", 20, nullptr, e); }},
    {"30 February", [](auto* s, auto** e) { return myna_session_check_age(s, "text", "5678", 20, "20260230", e); }},
    {"the year 0", [](auto* s, auto** e) { return myna_session_check_age(s, "text", "5678", 20, "00000101", e); }},
    {"a day with signs", [](auto* s, auto** e) { return myna_session_check_age(s, "text", "5678", 20, "+2026011", e); }},
    {"age with the PIN of the log-in", [](auto* s, auto** e) { return myna_session_check_age(s, "auth", "1234", 20, "20260101", e); }},
    {"no digest", [](auto* s, auto** e) { return myna_session_sign_digest(s, "auth", "1234", nullptr, kHash.data(), 32, e); }},
    {"a digest that does not exist",
     [](auto* s, auto** e) { return myna_session_sign_digest(s, "auth", "1234", "md5", kHash.data(), 16, e); }},
    {"a hash that is too short",
     [](auto* s, auto** e) { return myna_session_sign_digest(s, "auth", "1234", "sha256", kHash.data(), 31, e); }},
    {"no hash", [](auto* s, auto** e) { return myna_session_sign_digest(s, "auth", "1234", "sha256", nullptr, 32, e); }},
    {"a signature with the PIN of the data",
     [](auto* s, auto** e) { return myna_session_sign_digest(s, "text", "5678", "sha256", kHash.data(), 32, e); }},
    {"no kind of certificate", [](auto* s, auto** e) { return myna_session_read_certificate(s, nullptr, nullptr, e); }},
    {"an empty label", [](auto* s, auto** e) { return myna_session_confirm(s, "", e); }},
    {"no label", [](auto* s, auto** e) { return myna_session_confirm(s, nullptr, e); }},
    {"a long label", [](auto* s, auto** e) { return myna_session_confirm(s, std::string(201, 'a').c_str(), e); }},
    {"a label that is no UTF-8", [](auto* s, auto** e) { return myna_session_confirm(s, "\xFF", e); }},
};

// What takes a session and may be given none.
int (*const kOfSession[])(myna_session*, myna_error**) = {
    myna_session_identify,
    myna_session_count_tries,
    myna_session_remind_renewal,
    myna_session_want_pin,
    myna_session_decline_pin,
    myna_session_touch,
    [](auto* s, auto** e) { return myna_session_read_attributes(s, "text", "5678", e); },
    [](auto* s, auto** e) { return myna_session_confirm(s, "a", e); },
};

bool failed(int status) { return status == -1; }
bool failed(const void* object) { return object == nullptr; }

template <typename Call>
bool is_refused(Call call) {
  myna_error* error = nullptr;
  const bool refused = failed(call(&error));
  return name_of(error) == "invalid-argument" && refused && failed(call(nullptr));
}

}  // namespace

TEST_CASE("C: arguments out of their limits are refused before a command is sent and spend no attempt") {
  const Visit visit;
  const auto before = visit.commands();
  for (const Wrong& wrong : kWrong) {
    INFO(wrong.what);
    CHECK(is_refused([&](myna_error** e) { return wrong.call(visit.session.get(), e); }));
  }
  CHECK(visit.commands() == before);
  CHECK(myna_session_read_attributes(visit.session.get(), "text", "5678", nullptr) == 0);
}

TEST_CASE("C: nothing where an object must be is refused") {
  for (const auto call : kOfSession) {
    CHECK(is_refused([&](myna_error** e) { return call(nullptr, e); }));
  }
  CHECK(is_refused([&](myna_error** e) { return myna_session_data(nullptr, "name", e); }));
  CHECK(is_refused([&](myna_error** e) { return myna_kiosk_new(nullptr, e); }));
  CHECK(is_refused([&](myna_error** e) { return myna_kiosk_readers(nullptr, e); }));
  CHECK(is_refused([&](myna_error** e) { return myna_kiosk_session(nullptr, nullptr, 0, e); }));
  CHECK(is_refused([&](myna_error** e) { return myna_kiosk_wait(nullptr, 0, nullptr, e); }));
  CHECK(is_refused([&](myna_error** e) { return myna_kiosk_cancel(nullptr, "x", e); }));
  CHECK(is_refused([&](myna_error** e) { return myna_kiosk_listen(nullptr, nullptr, nullptr, e); }));
  CHECK(is_refused([&](myna_error** e) { return myna_options_set(nullptr, "idle", "1", e); }));
  CHECK(is_refused([&](myna_error** e) { return myna_options_add_readers(nullptr, "usb", e); }));
  CHECK(is_refused([&](myna_error** e) { return myna_options_set_service_key(nullptr, kHash.data(), 32, e); }));
}

TEST_CASE("C: nothing where a text must be is refused") {
  const Visit visit;
  const Owned<myna_options> options(myna_options_new());
  CHECK(is_refused([&](myna_error** e) { return myna_options_set(options.get(), nullptr, "1", e); }));
  CHECK(is_refused([&](myna_error** e) { return myna_options_set(options.get(), "idle", nullptr, e); }));
  CHECK(is_refused([&](myna_error** e) { return myna_options_add_readers(options.get(), nullptr, e); }));
  CHECK(is_refused([&](myna_error** e) { return myna_options_set_service_key(options.get(), nullptr, 32, e); }));
  CHECK(is_refused([&](myna_error** e) {
    return myna_options_set_service_key(options.get(), kHash.data(), std::numeric_limits<std::size_t>::max(), e);
  }));
  CHECK(is_refused([&](myna_error** e) { return myna_kiosk_wait(visit.kiosk.get(), 0, nullptr, e); }));
  CHECK(is_refused([&](myna_error** e) { return myna_kiosk_cancel(visit.kiosk.get(), nullptr, e); }));
  CHECK(is_refused([&](myna_error** e) { return myna_session_data(visit.session.get(), nullptr, e); }));
}

TEST_CASE("C: nothing asked of nothing is nothing") {
  CHECK(myna_error_name(nullptr) == nullptr);
  CHECK(myna_error_message(nullptr, 7) == nullptr);
  CHECK(myna_error_advice(nullptr, -1) == nullptr);
  CHECK(myna_error_tries_left(nullptr) == -1);
  CHECK(myna_data_bytes(nullptr) == nullptr);
  CHECK(myna_data_size(nullptr) == 0);
  CHECK(myna_readers_count(nullptr) == 0);
  CHECK(myna_readers_name(nullptr, 0) == nullptr);
  CHECK(myna_readers_state(nullptr, 0) == nullptr);
  CHECK(myna_readers_is_virtual(nullptr, 0) == 0);
  CHECK(myna_state_text(nullptr, 0) == nullptr);
  CHECK(myna_kiosk_descriptor(nullptr) == -1);
  CHECK(myna_kiosk_metric(nullptr, nullptr) == 0);
  CHECK(myna_notice_kind(nullptr) == nullptr);
  CHECK(myna_notice_reader(nullptr) == nullptr);
  CHECK(myna_notice_state(nullptr) == nullptr);
  CHECK(myna_notice_label(nullptr) == nullptr);
  CHECK(myna_notice_session(nullptr) == 0);
  CHECK(myna_notice_error(nullptr) == nullptr);
  CHECK(myna_session_reader(nullptr) == nullptr);
  CHECK(myna_session_number(nullptr) == 0);
  CHECK(myna_session_is_alive(nullptr) == 0);
  CHECK(myna_session_is_virtual(nullptr) == 0);
  CHECK(myna_session_tries_left(nullptr, "auth") == -1);
  myna_kiosk_interrupt(nullptr);
  myna_session_cancel(nullptr);
  myna_kiosk_free(nullptr);
  myna_options_free(nullptr);
  myna_readers_free(nullptr);
  myna_notice_free(nullptr);
  myna_session_free(nullptr);
  myna_data_free(nullptr);
  myna_error_free(nullptr);
}
