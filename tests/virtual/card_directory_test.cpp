// SPDX-License-Identifier: Apache-2.0
// A card on disk: whole or not there, locked while in use, and damage is an error and never a crash.
#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <random>
#include <thread>

#include "myna/virtual/card_directory.hpp"
#include "myna/virtual/virtual_backend.hpp"
#include "tests/support/virtual_card_fixture.hpp"

using namespace myna;
using namespace myna::test;
namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "myna-test-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

void overwrite(const fs::path& path, std::string_view text) { std::ofstream(path, std::ios::trunc) << text; }

std::string text_of(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

Errc load_error(const fs::path& directory) {
  const auto opened = CardDirectory::open(directory);
  REQUIRE(opened);
  const auto image = opened->load();
  REQUIRE_FALSE(image);
  return image.error().code;
}

}  // namespace

TEST_CASE("what was created is what is loaded") {
  const Folder folder;
  CardImage image = card_image();
  image.dialect.pss = true;
  image.dialect.blocked = sw::kBlocked;
  REQUIRE(CardDirectory::create(folder / "card", image));
  const CardImage loaded = must(must(CardDirectory::open(folder / "card")).load());
  CHECK(loaded.kind == image.kind);
  CHECK(loaded.dialect == image.dialect);
  CHECK(equal(loaded.atr, image.atr));
  REQUIRE(loaded.applications.size() == image.applications.size());
  CHECK(file_of(loaded, 0x0001) == file_of(image, 0x0001));
  CHECK(jpki_of(loaded).keys.size() == 2);
  CHECK(jpki_of(loaded).pins.front().value == "1234");
}

TEST_CASE("only the owner can read a card directory") {
  const Folder folder;
  REQUIRE(CardDirectory::create(folder / "card", card_image()));
  struct stat info{};
  for (const auto& entry : fs::recursive_directory_iterator(folder / "card")) {
    REQUIRE(::stat(entry.path().c_str(), &info) == 0);
    CHECK((info.st_mode & 0077) == 0);
  }
}

TEST_CASE("an existing directory is not replaced, an empty one is used") {
  const Folder folder;
  fs::create_directory(folder / "empty");
  CHECK(CardDirectory::create(folder / "empty", card_image()));
  const Status again = CardDirectory::create(folder / "empty", card_image());
  REQUIRE_FALSE(again);
  CHECK(again.error().native == EEXIST);
  CHECK(std::distance(fs::directory_iterator(folder / "."), fs::directory_iterator{}) == 1);   // nothing half-made is left
}

TEST_CASE("a directory in use is busy for others until it is let go") {
  const Folder folder;
  REQUIRE(CardDirectory::create(folder / "card", card_image()));
  {
    const auto held = CardDirectory::open(folder / "card");
    const auto second = CardDirectory::open(folder / "card", std::chrono::milliseconds(50));
    REQUIRE_FALSE(second);
    CHECK(second.error().code == Errc::card_busy);
  }
  CHECK(CardDirectory::open(folder / "card", std::chrono::milliseconds(50)));
  CHECK(CardDirectory::open(folder / "none").error().native == ENOENT);
}

TEST_CASE("counters live on disk and are shared by all channels") {
  const Folder folder;
  REQUIRE(CardDirectory::create(folder / "card", card_image()));
  VirtualBackend backend(folder / "card");
  const auto readers = must(backend.readers());
  auto first = must(backend.open(readers.front()));
  auto second = must(backend.open(readers.front()));
  const auto ask = [](CardChannel& channel, std::string_view command) {
    REQUIRE(channel.lock());
    must(channel.exchange(must(from_hex("00A4040C0AD392F000260100000001"))));
    const auto answer = must(channel.exchange(must(from_hex(command))));
    channel.unlock(EndAction::leave);
    return answer.sw().value();
  };
  CHECK(ask(*first, "002000980439393939") == 0x63C2);
  CHECK(ask(*second, "00200098") == 0x63C2);
  CHECK(ask(*second, "002000980439393939") == 0x63C1);
  CHECK(ask(*first, "00200098") == 0x63C1);
}

TEST_CASE("a directory that vanished is a card that was taken away") {
  const Folder folder;
  REQUIRE(CardDirectory::create(folder / "card", card_image()));
  VirtualBackend backend(folder / "card");
  auto channel = must(backend.open(must(backend.readers()).front()));
  fs::remove_all(folder / "card");
  CHECK(channel->lock().error().code == Errc::card_removed);
  CHECK(must(backend.readers()).front().state == ReaderState::empty);
}

TEST_CASE("waiting on a virtual reader ends by time or by request") {
  const Folder folder;
  VirtualBackend backend(folder / "card");
  CHECK(must(backend.wait({}, std::chrono::milliseconds(5))).kind == ReaderEventKind::nothing);
  std::stop_source stop;
  stop.request_stop();
  CHECK(backend.wait(stop.get_token(), std::chrono::hours(1)).error().code == Errc::cancelled);
}

TEST_CASE("damaged documents are malformed") {
  const Folder folder;
  REQUIRE(CardDirectory::create(folder / "card", card_image()));
  const std::string card = text_of(folder / "card/card.json"), pins = text_of(folder / "card/pins.json");
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    const bool of_card = random() % 2 == 0;
    std::string damaged = of_card ? card : pins;
    if (random() % 2 == 0) damaged.resize(random() % damaged.size());
    else damaged[random() % damaged.size()] = static_cast<char>(random());
    overwrite(folder / "card/card.json", of_card ? damaged : card);
    overwrite(folder / "card/pins.json", of_card ? pins : damaged);
    const auto loaded = must(CardDirectory::open(folder / "card")).load();
    if (!loaded) CHECK((loaded.error().code == Errc::malformed || loaded.error().code == Errc::storage_failed));
  }
  overwrite(folder / "card/card.json", R"({"kind": 7})");
  CHECK(load_error(folder / "card") == Errc::malformed);
}

TEST_CASE("a key that is no key is refused when the card is powered") {
  const Folder folder;
  REQUIRE(CardDirectory::create(folder / "card", card_image()));
  overwrite(folder / "card/D392F000260100000001/0017.key", "no key");
  VirtualBackend backend(folder / "card");
  auto channel = must(backend.open(must(backend.readers()).front()));
  CHECK(channel->lock().error().code == Errc::malformed);
}

TEST_CASE("a link to a virtual card is a reader: placed and swapped and taken at any command") {
  const Folder place;
  const std::filesystem::path first = place / "first", second = place / "second", slot = place / "slot";
  REQUIRE(CardDirectory::create(first, card_image()));
  REQUIRE(CardDirectory::create(second, card_image()));
  VirtualBackend backend(slot);
  REQUIRE(must(backend.readers()).front().state == ReaderState::empty);
  const auto next = [&] { return must(backend.wait({}, std::chrono::seconds(5))).kind; };
  std::filesystem::create_symlink(first, slot);
  CHECK(next() == ReaderEventKind::card_arrived);
  const auto channel = must(backend.open(must(backend.readers()).front()));
  REQUIRE(channel->lock());
  const auto select = must(from_hex("00A4040C0AD392F000260100000001"));
  REQUIRE(channel->exchange(select));
  std::filesystem::remove(slot);
  std::filesystem::create_symlink(second, slot);
  CHECK(channel->exchange(select).error().code == Errc::card_removed);
  channel->unlock(EndAction::leave);
  CHECK(channel->lock().error().code == Errc::card_removed);
  CHECK(next() == ReaderEventKind::card_removed);
  CHECK(next() == ReaderEventKind::card_arrived);
  CHECK(must(backend.open(must(backend.readers()).front()))->lock());
  std::filesystem::remove(slot);
  CHECK(next() == ReaderEventKind::card_removed);
  std::jthread placer([&](const std::stop_token&) { std::filesystem::create_symlink(first, slot); });
  CHECK(next() == ReaderEventKind::card_arrived);
}

TEST_CASE("taken at any moment is taken: its files are not damaged, and no command fails otherwise") {
  const Folder place;
  const std::filesystem::path card = place / "card", slot = place / "slot";
  REQUIRE(CardDirectory::create(card, card_image()));
  int taken = 0;
  for (int round = 0; round < 200; ++round) {
    std::filesystem::create_symlink(card, slot);
    VirtualBackend backend(slot);
    const auto channel = must(backend.open(must(backend.readers()).front()));
    std::jthread taker([&](const std::stop_token&) {
      std::this_thread::sleep_for(std::chrono::microseconds(10 * round));   // another moment each round
      std::filesystem::remove(slot);
    });
    const Status locked = channel->lock();
    if (!locked) CHECK(locked.error().code == Errc::card_removed);
    bool there = locked.has_value();
    // The PIN of the authentication key: a counter is written at each VERIFY.
    for (const char* command : {"00A4040C0AD392F000260100000001", "00A4020C020018", "002000800430303030", "002000800431323334"}) {
      if (!there) break;
      const auto answer = channel->exchange(must(from_hex(command)));
      there = answer.has_value();
      if (answer) CHECK(answer->sw() != StatusWord{0x6581});   // the memory failed
      else CHECK(answer.error().code == Errc::card_removed);
    }
    taken += !there;
    taker.join();
  }
  CHECK(taken > 0);
}
