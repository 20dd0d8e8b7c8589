// SPDX-License-Identifier: Apache-2.0
// Which reader is meant when a name, a part of it, or nothing is given; and that a change at any of several backends is told.
#include <catch2/catch.hpp>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <latch>
#include <mutex>
#include <thread>

#include "myna/ports/reader_hub.hpp"
#include "myna/virtual/virtual_backend.hpp"

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

// What a test does to a backend that the hub owns, and sees of it.
class Desk {
 public:
  void happens(ReaderEvent event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    changed_.notify_all();
  }
  void fails(Errc code) {
    const std::lock_guard lock(mutex_);
    error_ = code;
    changed_.notify_all();
  }
  // An event is held back until so many waits have theirs.
  void hold_back(std::latch& until) { until_ = &until; }
  int inside() const { return inside_; }
  int waits() const { return waits_; }

  Result<ReaderEvent> wait(const std::stop_token& stop, std::chrono::milliseconds at_most) {
    ++waits_;
    ++inside_;
    auto result = next(stop, at_most);
    if (result && result->kind != ReaderEventKind::nothing && until_ != nullptr) until_->arrive_and_wait();
    --inside_;
    return result;
  }

 private:
  Result<ReaderEvent> next(const std::stop_token& stop, std::chrono::milliseconds at_most) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, at_most, [this] { return !events_.empty() || error_; });
    if (error_) return fail(*error_);
    if (events_.empty() && stop.stop_requested()) return fail(Errc::cancelled);
    if (events_.empty()) return ReaderEvent{};
    ReaderEvent event = events_.front();
    events_.erase(events_.begin());
    return event;
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<ReaderEvent> events_;
  std::optional<Errc> error_;
  std::latch* until_ = nullptr;
  std::atomic<int> inside_ = 0;
  std::atomic<int> waits_ = 0;
};

class DeskBackend final : public ReaderBackend {
 public:
  explicit DeskBackend(Desk& desk) : desk_(desk) {}
  Result<std::vector<ReaderInfo>> readers() override { return std::vector<ReaderInfo>{}; }
  Result<std::unique_ptr<CardChannel>> open(const ReaderInfo&) override { return fail(Errc::reader_unknown); }
  Result<ReaderEvent> wait(std::stop_token stop, std::chrono::milliseconds at_most) override { return desk_.wait(stop, at_most); }

 private:
  Desk& desk_;
};

// A hub of two backends. A test that waits for longer than any test may take shows that nothing but the change ends the wait.
struct TwoDesks {
  TwoDesks() {
    hub.add(std::make_unique<DeskBackend>(first));
    hub.add(std::make_unique<DeskBackend>(second));
  }
  std::string told(std::stop_token stop = {}) {
    const auto event = hub.wait(std::move(stop), std::chrono::hours(1));
    CHECK(first.inside() + second.inside() == 0);
    return event ? event->reader : std::string(describe(event.error().code).name);
  }

  Desk first, second;
  ReaderHub hub;
};

ReaderEvent arrival(std::string reader) { return {ReaderEventKind::card_arrived, std::move(reader)}; }

void wait_until(const std::atomic<bool>& over, const Desk& first, const Desk& second) {
  while (!over && first.inside() + second.inside() < 2) std::this_thread::yield();
}

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "myna-test-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::filesystem::path operator/(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// As much of a virtual card as its reader looks at, there at once.
void place_card(const Folder& folder, const char* name) {
  std::filesystem::create_directory(folder / "made");
  std::ofstream(folder / "made/card.json") << "{}";
  std::filesystem::rename(folder / "made", folder / name);
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

TEST_CASE("a change at any backend ends the wait on all of them, and leaves no thread behind") {
  TwoDesks desks;
  desks.second.happens(arrival("second"));
  CHECK(desks.told() == "second");
  desks.first.happens(arrival("first"));
  CHECK(desks.told() == "first");
  std::atomic<bool> over = false;
  std::jthread later([&] {
    wait_until(over, desks.first, desks.second);
    desks.second.happens(arrival("later"));
  });
  CHECK(desks.told() == "later");
  over = true;
  CHECK(desks.first.waits() == 3);   // each of them waited on once a call: nothing was polled
  CHECK(desks.second.waits() == 3);
}

TEST_CASE("changes at two backends at the same time are both told") {
  TwoDesks desks;
  std::latch both(2);
  desks.first.hold_back(both);
  desks.second.hold_back(both);
  desks.first.happens(arrival("first"));
  desks.second.happens(arrival("second"));
  CHECK(desks.told() == "first");
  CHECK(desks.told() == "second");
  CHECK(desks.first.waits() == 1);
  CHECK(desks.second.waits() == 1);
}

TEST_CASE("a list of readers tells what was not told yet") {
  TwoDesks desks;
  std::latch both(2);
  desks.first.hold_back(both);
  desks.second.hold_back(both);
  desks.first.happens(arrival("first"));
  desks.second.happens(arrival("second"));
  CHECK(desks.told() == "first");
  REQUIRE(desks.hub.readers());
  CHECK(desks.hub.wait({}, std::chrono::milliseconds(1))->kind == ReaderEventKind::nothing);
}

TEST_CASE("waiting on several backends ends by time and by request") {
  TwoDesks desks;
  CHECK(desks.hub.wait({}, std::chrono::milliseconds(1))->kind == ReaderEventKind::nothing);
  std::stop_source stop;
  std::atomic<bool> over = false;
  std::jthread later([&] {
    wait_until(over, desks.first, desks.second);
    stop.request_stop();
  });
  CHECK(desks.told(stop.get_token()) == "cancelled");
  over = true;
  CHECK(desks.told(stop.get_token()) == "cancelled");
}

TEST_CASE("a backend that fails hides no change of the others, and where all fail the first error is told") {
  TwoDesks desks;
  desks.first.fails(Errc::no_service);
  CHECK(desks.hub.wait({}, std::chrono::milliseconds(1))->kind == ReaderEventKind::nothing);
  desks.second.happens(arrival("second"));
  CHECK(desks.told() == "second");
  desks.second.fails(Errc::link_lost);
  CHECK(desks.told() == "no-service");
  CHECK(ReaderHub().wait({}, std::chrono::milliseconds(1)).error().code == Errc::no_reader);
}

TEST_CASE("a card in the second of two virtual readers is seen") {
  const Folder folder;
  ReaderHub hub;
  hub.add(std::make_unique<VirtualBackend>(folder / "first"));
  hub.add(std::make_unique<VirtualBackend>(folder / "second"));
  REQUIRE(hub.readers()->size() == 2);
  const auto next = [&hub] { return *hub.wait({}, std::chrono::hours(1)); };
  place_card(folder, "second");
  const ReaderEvent arrived = next();
  CHECK(arrived.kind == ReaderEventKind::card_arrived);
  CHECK(arrived.reader == "Myna Virtual second");
  std::jthread taker([&folder] { std::filesystem::rename(folder / "second", folder / "away"); });
  const ReaderEvent taken = next();
  CHECK(taken.kind == ReaderEventKind::card_removed);
  CHECK(taken.reader == "Myna Virtual second");
  place_card(folder, "first");
  CHECK(next().reader == "Myna Virtual first");
}
