// SPDX-License-Identifier: Apache-2.0
// A kiosk at a desk, with the words that tests of it are written in.
#pragma once

#include <catch2/catch.hpp>

#include "desk.hpp"
#include "myna/kiosk/kiosk_host.hpp"
#include "myna/kiosk/kiosk_number.hpp"
#include "tests/support/virtual_card_fixture.hpp"

namespace myna::test {

inline Pin pin(PinKind kind, std::string_view text) { return must(Pin::parse(pin_row(my_number_profile(), kind), text)); }
inline Pin text_pin() { return pin(PinKind::text, "5678"); }
inline Pin auth_pin() { return pin(PinKind::auth, "1234"); }

inline kiosk::Options usual_options() {
  kiosk::Options options;
  options.anchors = test_cv_anchors();
  options.test_anchors = true;
  options.service_key = Bytes(32, 7);
  options.read_number = kiosk::read_number;
  return options;
}

class Visit {
 public:
  explicit Visit(kiosk::Options options = usual_options(), std::vector<std::string> readers = {"Desk 1"})
      : desk(std::move(readers)), kiosk(backends(desk), std::move(options)) {}

  // Fails the test when the state is not reached in time.
  void reach(kiosk::State state, const std::string& reader = "Desk 1") {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (state_of(reader) != state) {
      if (std::chrono::steady_clock::now() > end) FAIL("the state is " << to_string(state_of(reader)) << " and not " << to_string(state));
      (void)kiosk.wait({}, std::chrono::milliseconds(5));
    }
  }
  kiosk::State state_of(const std::string& reader = "Desk 1") const {
    for (const kiosk::ReaderView& view : kiosk.readers()) {
      if (view.name == reader) return view.state;
    }
    return kiosk::State::no_reader;
  }
  kiosk::SessionPtr place(const DeskCardPtr& card, const std::string& reader = "Desk 1", std::vector<Fault> faults = {}) {
    reach(kiosk::State::idle, reader);
    desk.place(card, reader, std::move(faults));
    reach(kiosk::State::presented, reader);
    return kiosk.session(reader);
  }
  void take(const std::string& reader = "Desk 1") {
    desk.take(reader);
    reach(kiosk::State::idle, reader);
  }

  Desk desk;
  kiosk::Kiosk kiosk;

 private:
  static std::vector<std::unique_ptr<ReaderBackend>> backends(Desk& desk) {
    std::vector<std::unique_ptr<ReaderBackend>> list;
    list.push_back(desk.backend());
    return list;
  }
};

// Made once: key generation is slow.
inline CardImage person(std::string_view name) {
  static std::map<std::string, CardImage, std::less<>> made;
  const auto found = made.find(name);
  if (found != made.end()) return found->second;
  Personalisation what;
  what.issued = now();
  what.holder.name = name;
  return made.emplace(std::string(name), personalised(what)).first->second;
}

template <typename Member>
auto read(const kiosk::SessionPtr& session, Member take) {
  std::optional<decltype(take(std::declval<const kiosk::Held&>()))> value;
  const Status status = session->with([&](const kiosk::Held& held) { value = take(held); });
  if (!status) throw std::runtime_error(std::string(describe(status.error().code).name));
  return *value;
}

inline std::string name_of(const kiosk::SessionPtr& session) {
  return read(session, [](const kiosk::Held& held) {
    const bool there = held.attributes && held.attributes->values;
    return there ? std::string(as_text(held.attributes->values->name.view())) : std::string();
  });
}

}  // namespace myna::test
