// SPDX-License-Identifier: Apache-2.0
// Which reader is meant when a name, a part of it, or nothing is given.
#include <catch2/catch.hpp>

#include "myna/ports/reader_hub.hpp"

using namespace myna;

namespace {

class ListBackend final : public ReaderBackend {
 public:
  explicit ListBackend(Result<std::vector<ReaderInfo>> list) : list_(std::move(list)) {}
  Result<std::vector<ReaderInfo>> readers() override { return list_; }
  Result<std::unique_ptr<CardChannel>> open(const ReaderInfo&) override { return fail(Errc::reader_unknown); }
  Result<ReaderEvent> wait(std::stop_token, std::chrono::milliseconds) override { return ReaderEvent{}; }

 private:
  Result<std::vector<ReaderInfo>> list_;
};

ReaderInfo reader(std::string name, ReaderState state) { return {.name = std::move(name), .state = state, .atr = {}}; }

ReaderHub hub_of(Result<std::vector<ReaderInfo>> list) {
  ReaderHub hub;
  hub.add(std::make_unique<ListBackend>(std::move(list)));
  return hub;
}

std::string chosen(ReaderHub hub, std::string_view name) {
  const auto result = hub.choose(name);
  return result ? result->name : std::string(describe(result.error().code).name);
}

}  // namespace

TEST_CASE("a reader is chosen by exact name, by a unique part, or because it is the only one with a card") {
  const std::vector<ReaderInfo> two{reader("ACS 00", ReaderState::empty), reader("Sony 00", ReaderState::card_present)};
  CHECK(chosen(hub_of(two), "ACS 00") == "ACS 00");
  CHECK(chosen(hub_of(two), "Son") == "Sony 00");
  CHECK(chosen(hub_of(two), "00") == "reader-ambiguous");
  CHECK(chosen(hub_of(two), "Gemalto") == "reader-unknown");
  CHECK(chosen(hub_of(two), "") == "Sony 00");
  const std::vector<ReaderInfo> prefix{reader("Sony", ReaderState::empty), reader("Sony 2", ReaderState::empty)};
  CHECK(chosen(hub_of(prefix), "Sony") == "Sony");
  CHECK(chosen(hub_of(prefix), "") == "no-card");
  const std::vector<ReaderInfo> full{reader("A", ReaderState::card_present), reader("B", ReaderState::card_present)};
  CHECK(chosen(hub_of(full), "") == "reader-ambiguous");
  CHECK(chosen(hub_of(std::vector<ReaderInfo>{}), "") == "no-reader");
  CHECK(chosen(hub_of(std::vector<ReaderInfo>{}), "x") == "no-reader");
  CHECK(chosen(hub_of(fail(Errc::no_service)), "") == "no-service");
}

TEST_CASE("a backend that fails hides nothing of the others") {
  ReaderHub hub = hub_of(fail(Errc::no_service));
  hub.add(std::make_unique<ListBackend>(std::vector{reader("USB", ReaderState::empty)}));
  CHECK(hub.readers()->size() == 1);
}
