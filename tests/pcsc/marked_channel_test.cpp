// SPDX-License-Identifier: Apache-2.0
// The marker of an open PIN: held while one may be open, and what a killed program left behind is closed by the next.
#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "libmyna/pcsc/src/marked_channel.hpp"
#include "myna/pcsc/pcsc_backend.hpp"
#include "tests/support/script_channel.hpp"
#include "tests/support/virtual_card_fixture.hpp"

using namespace myna;
using namespace myna::test;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kVerify = "002000980431323334";
constexpr Step kIssuer{"00A4040C07 A0000001510000", "9000"};
constexpr Step kText{"00A4040C0A D3921000310001010408", "9000"};

struct Folder {
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "myna-marker-XXXXXX").string();
    path = fs::path(::mkdtemp(pattern.data())) / "myna";
    second = path.parent_path() / "second";
  }
  ~Folder() { fs::remove_all(path.parent_path()); }
  fs::path path;
  fs::path second;   // for when the first cannot be used
  std::size_t markers() const {
    if (!fs::exists(path)) return 0;
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), fs::directory_iterator{}));
  }
};

pcsc::MarkedChannel marked(const Folder& folder, std::vector<Step> steps) {
  return {std::make_unique<ScriptChannel>(std::move(steps)), {folder.path, folder.second}, aid::kPinsEnd, "Reader 00"};
}

// A process that verifies a PIN and is killed before it can do anything else.
void leave_a_pin_open(const Folder& folder) {
  const pid_t child = ::fork();
  if (child == 0) {
    auto* channel = new pcsc::MarkedChannel(std::make_unique<ScriptChannel>(std::vector<Step>{{kVerify, "9000"}}),
                                            std::vector<fs::path>{folder.path, folder.second}, aid::kPinsEnd, "Reader 00");
    (void)channel->lock();
    (void)channel->exchange(must(from_hex(kVerify)));
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
}

}  // namespace

TEST_CASE("a marker stands from the VERIFY to the end of the transaction, and only then") {
  const Folder folder;
  auto channel = marked(folder, {{"00200098", "63C3"}, {kVerify, "9000"}});
  REQUIRE(channel.lock());
  REQUIRE(channel.exchange(must(from_hex("00200098"))));
  CHECK(folder.markers() == 0);
  REQUIRE(channel.exchange(must(from_hex(kVerify))));
  CHECK(folder.markers() == 1);
  channel.unlock(EndAction::leave);
  CHECK(folder.markers() == 0);
  struct stat info{};
  REQUIRE(::stat(folder.path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0700);
}

TEST_CASE("what a killed program left open is closed before anything else, by the first way that works") {
  struct Row {
    std::vector<Step> steps;
    std::uint32_t resets;
  };
  const auto row = GENERATE(Row{{kIssuer}, 0}, Row{{{kIssuer.command, "6A82"}, kText}, 0},
                            Row{{{kIssuer.command, "6A82"}, {kText.command, "6A82"}}, 1});
  const Folder folder;
  leave_a_pin_open(folder);
  CHECK(folder.markers() == 1);
  auto channel = marked(folder, row.steps);
  REQUIRE(channel.lock());
  CHECK(channel.resets() == row.resets);
  CHECK(folder.markers() == 0);
  channel.unlock(EndAction::leave);
}

TEST_CASE("a marker that somebody holds is none of our business") {
  const Folder folder;
  auto holder = marked(folder, {{kVerify, "9000"}});
  REQUIRE(holder.lock());
  REQUIRE(holder.exchange(must(from_hex(kVerify))));
  auto other = marked(folder, {});
  REQUIRE(other.lock());
  other.unlock(EndAction::leave);
  CHECK(folder.markers() == 1);
  holder.unlock(EndAction::leave);
}

TEST_CASE("a directory that others could write to is not used, but the next one") {
  const Folder folder;
  fs::create_directories(folder.path);
  fs::permissions(folder.path, fs::perms::all);
  auto channel = marked(folder, {{kVerify, "9000"}});
  REQUIRE(channel.lock());
  REQUIRE(channel.exchange(must(from_hex(kVerify))));
  CHECK(folder.markers() == 0);
  CHECK(!fs::is_empty(folder.second));
  channel.unlock(EndAction::leave);
  CHECK(fs::is_empty(folder.second));
}

TEST_CASE("a directory that vanishes while a program runs is replaced, and a marker in either is found") {
  const Folder folder;
  auto channel = marked(folder, {{kVerify, "9000"}});
  REQUIRE(channel.lock());
  REQUIRE(channel.exchange(must(from_hex(kVerify))));
  channel.unlock(EndAction::leave);
  fs::remove_all(folder.path);                                     // a logout
  std::ofstream(folder.path) << "not a directory any more";
  leave_a_pin_open(folder);
  CHECK(!fs::is_empty(folder.second));
  fs::remove(folder.path);
  auto next = marked(folder, {kIssuer, {kVerify, "9000"}});
  REQUIRE(next.lock());
  CHECK(fs::is_empty(folder.second));
  REQUIRE(next.exchange(must(from_hex(kVerify))));
  CHECK(folder.markers() == 1);
  next.unlock(EndAction::leave);
}

TEST_CASE("without any environment there is a place for a marker, and the first outlives a logout") {
  const char* before = ::secure_getenv("XDG_RUNTIME_DIR");
  const std::string kept = before == nullptr ? "" : before, user = std::to_string(::geteuid());
  ::unsetenv("XDG_RUNTIME_DIR");
  CHECK(usual_runtime_directories() == std::vector<fs::path>{"/run/myna/" + user, "/tmp/myna-" + user});
  ::setenv("XDG_RUNTIME_DIR", "relative", 1);
  CHECK(usual_runtime_directories().size() == 2);
  ::setenv("XDG_RUNTIME_DIR", "/run/login", 1);
  CHECK(usual_runtime_directories() == std::vector<fs::path>{"/run/myna/" + user, "/run/login/myna", "/tmp/myna-" + user});
  if (before == nullptr) ::unsetenv("XDG_RUNTIME_DIR");
  else ::setenv("XDG_RUNTIME_DIR", kept.c_str(), 1);
}
