// SPDX-License-Identifier: Apache-2.0
// Configuration: files over defaults, parameters over files, and what the system locks over both; a file that is damaged never sets free.
#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "myna/settings/module_config.hpp"

using namespace myna;
using namespace myna::p11;

namespace {

struct Files {
  Files() {
    std::string pattern = (std::filesystem::temp_directory_path() / "myna-config-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
  }
  ~Files() { std::filesystem::remove_all(folder); }
  std::string write(const char* name, std::string_view content, mode_t mode = 0644) const {
    std::ofstream(folder / name) << content;
    ::chmod((folder / name).c_str(), mode);
    return (folder / name).string();
  }
  std::filesystem::path folder;
};

constexpr const char* kLocking =
    "# Settings of this machine\n[pkcs11]\nsign-idle = 30\nalways-authenticate = \"yes\"\nallow-last-try = false\n\n"
    "[kiosk]\nattempts = 1\n\n[lock]\npkcs11 = ['allow-last-try', 'sign-idle', 'always-authenticate', \"legacy-hashes\"]\n"
    "cli = ['allow-last-try', 'allow-retry']\nkiosk = [ 'pin-floor', 'attempts' ]\n";
constexpr const char* kGreedyUser =
    "[pkcs11]\nallow-last-try = true\nlegacy-hashes = 'yes'\nalways-authenticate = false\nsign-idle = 3600\n";
constexpr std::string_view kGreedyProgram = "allow-last-try=yes legacy-hashes=yes always-authenticate=no sign-idle=3600";

Config with_greedy_ones(const std::string& system, const std::string& user) {
  const FileConfig files = config_from_files(system, user, {});
  return config_from(kGreedyProgram, files.config, files.locked);
}

// What nobody may have gained by the damage of one letter. Another number, or a line that became a comment, is what somebody may have
// meant; the locks still hold.
void require_no_looser(const std::string& system, const std::string& user, const std::string& text) {
  const Config config = with_greedy_ones(system, user);
  const settings::File file = settings::parse(text, system, settings::Kind::system);
  const settings::Locks locks(file);
  INFO(text);
  REQUIRE((!config.allow_last_try && !config.legacy_hashes));
  REQUIRE(config.sign_idle <= std::chrono::seconds(309));   // 30 and a digit more, not the 3600 that was wished
  for (const auto& [table, name] :
       {std::pair{"cli", "allow-last-try"}, {"cli", "allow-retry"}, {"kiosk", "pin-floor"}, {"kiosk", "attempts"}}) {
    REQUIRE(locks.holds(*settings::find_row(table, name)));
  }
}

std::string text_of(const settings::File& file) {
  std::string all;
  for (const settings::Problem& problem : file.problems) all += one_line(problem).en + " | " + problem.advice.en + '\n';
  return all;
}

}  // namespace

TEST_CASE("parameters: quotes, separators, unknown words and values that are none") {
  const Config config = config_from(" sign-idle='5';pss=on,\tallow-last-try=YES auth-idle=-3 x=y =", {});
  CHECK((config.sign_idle.count() == 5 && config.pss == Pss::on && !config.allow_last_try));
  CHECK(config.auth_idle == Config{}.auth_idle);
  CHECK(config_from("always-authenticate=maybe", config_from("always-authenticate=yes", {})).always_authenticate);
}

TEST_CASE("a module never gains a token") {
  Config auth_only;
  auth_only.sign_token = false;
  for (const char* tokens : {"tokens=both", "tokens=sign", "tokens=auth"}) CHECK_FALSE(config_from(tokens, auth_only).sign_token);
}

TEST_CASE("files: the user's over the system's, the system's lock over the user and the program") {
  const Files files;
  const std::string system =
      files.write("system.toml", "[pkcs11]\nsign-idle = 30\nallow-last-try = false\n[lock]\npkcs11 = ['allow-last-try']\n");
  const std::string user = files.write("user.toml", "[pkcs11]\nsign-idle = 10\nallow-last-try = true\npss = 'on'\n");
  const FileConfig read = config_from_files(system, user, {});
  CHECK((read.config.sign_idle.count() == 10 && read.config.pss == Pss::on && !read.config.allow_last_try));
  CHECK_FALSE(config_from("allow-last-try=yes", read.config, read.locked).allow_last_try);
  CHECK(config_from("sign-idle=70", read.config, read.locked).sign_idle.count() == 70);
  CHECK((read.from.at("sign-idle").file == user && read.from.at("sign-idle").line == 2 && read.from.at("allow-last-try").file == system));
  CHECK_FALSE(read.from.contains("labels"));
}

TEST_CASE("what is locked can become stricter, and what knows no strictness stays") {
  const Files files;
  const std::string system =
      files.write("system.toml", "[pkcs11]\nsign-idle = 30\npss = 'probe'\n[lock]\npkcs11 = ['sign-idle', 'pss', 'always-authenticate']\n");
  const FileConfig read =
      config_from_files(system, files.write("user.toml", "[pkcs11]\nsign-idle = 10\npss = 'off'\nalways-authenticate = 'yes'\n"), {});
  CHECK((read.config.sign_idle.count() == 10 && read.config.pss == Pss::probe && read.config.always_authenticate));
  CHECK(config_from("always-authenticate=no", read.config, read.locked).always_authenticate);
}

TEST_CASE("a system's file without a list locks what loosens safety - an empty list frees it - no file locks nothing") {
  const Files files;
  const std::string user = files.write("user.toml", kGreedyUser);
  CHECK_FALSE(with_greedy_ones(files.write("none.toml", "[pkcs11]\npss = 'on'\n"), user).allow_last_try);
  CHECK(with_greedy_ones(files.write("empty.toml", "[pkcs11]\npss = 'on'\n[lock]\npkcs11 = []\n"), user).allow_last_try);
  CHECK(with_greedy_ones((files.folder / "absent.toml").string(), user).allow_last_try);
}

TEST_CASE("what is shown can be read again, and every setting has its row") {
  Config config;
  config.usercert_label = config.extended_apdus = true;
  config.pss = Pss::probe;
  config.sign_idle = std::chrono::seconds(9);
  Config again;
  for (const auto& [name, value] : settings_of(config)) {
    REQUIRE(settings::find_row("pkcs11", name) != nullptr);
    CHECK(set(again, name, value));
  }
  CHECK(settings_of(again) == settings_of(config));
}

TEST_CASE("no prefix of a locking file is looser than the whole") {
  const Files files;
  const std::string user = files.write("user.toml", kGreedyUser), whole = kLocking;
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    const std::string text = whole.substr(0, length);
    require_no_looser(files.write("system.toml", text), user, text);
  }
}

TEST_CASE("no damage of one letter makes a locking file looser") {
  const Files files;
  const std::string user = files.write("user.toml", kGreedyUser), whole = kLocking;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const std::string_view instead : {"", "#", "\"", "'", "\n", "=", "x", "]", "[", " ", ",", ".", "0", "\x80"}) {
      std::string text = whole;
      text.replace(at, 1, instead);
      require_no_looser(files.write("system.toml", text), user, text);
      text = whole;
      text.insert(at, instead);
      require_no_looser(files.write("system.toml", text), user, text);
    }
  }
}

TEST_CASE("a system's file that is broken holds as the strictest and says so - a user's that is broken is left out") {
  struct Row {
    const char* text;
    const char* says;
  };
  const auto row = GENERATE(
      Row{"[pkcs11\npss = 'on'\n", ":1:8: not readable as TOML"}, Row{"[[[pkcs11]\n", ":1:3: not readable as TOML"},
      Row{"[pkcs11]\npss = 'on\n", ":2:"}, Row{"[pkcs11]\npss = 'on'\npss = 'on'\n", ":3:"},
      Row{"[pkcs11]\nalow-last-try = 'no'\n", ":2:1: pkcs11.alow-last-try: is no setting of [pkcs11] | Did you mean \"allow-last-try\"?"},
      Row{"[pkcs11]\nqqqqqqqq = 1\n", "| There are: tokens, allow-last-try, "},
      Row{"[pkcs1]\npss = 'on'\n", ":1:2: pkcs1: is no table of settings | Did you mean \"pkcs11\"?"},
      Row{"pkcs11 = 'on'\n", ":1:1: pkcs11: must be a table"},
      Row{"[pkcs11]\nsign-idle = '60'\n", ":2:13: pkcs11.sign-idle: must be a whole number from 0 to 604800"},
      Row{"[pkcs11]\nsign-idle = 604801\n", "must be a whole number"}, Row{"[pkcs11]\nsign-idle = -1\n", "must be a whole number"},
      Row{"[pkcs11]\npss = true\n", "must be one of these texts: off, probe, on"}, Row{"[pkcs11]\npss = 'ON'\n", "must be one of"},
      Row{"[pkcs11]\nallow-last-try = 'maybe'\n", "must be \"yes\" or \"no\""},
      Row{"[pkcs11]\nallow-last-try = 1\n", "must be \"yes\" or \"no\""},
      Row{"[pkcs11]\npin-agent = 'pinentry'\n", "must be an absolute path"});
  const Files files;
  const std::string bad = files.write("bad.toml", row.text), user = files.write("user.toml", kGreedyUser);
  const FileConfig system = config_from_files(bad, user, {});
  INFO(text_of(system.system));
  CHECK(text_of(system.system).find(row.says) != std::string::npos);
  const Config strict = with_greedy_ones(bad, user);
  CHECK((!strict.allow_last_try && !strict.legacy_hashes && strict.always_authenticate && strict.sign_idle.count() == 60 &&
         strict.pss == Pss::off));
  const FileConfig own = config_from_files("/nonexistent", bad, {});
  CHECK((!own.user.good() && settings_of(own.config) == settings_of(Config{}) && own.locked.empty()));
}

TEST_CASE("[lock] and [kiosk]: names that exist, in the system's file") {
  const auto parsed = [](std::string_view text, settings::Kind kind) { return text_of(settings::parse(text, "f", kind)); };
  CHECK(parsed("[lock]\npkcs11 = ['allow-lasttry']\n", settings::Kind::system)
            .starts_with("f:2:11: lock.pkcs11: must be a list of settings of [pkcs11] | Did you mean \"allow-last-try\"?"));
  CHECK(parsed("[lock]\npkcs11 = 'pss'\n", settings::Kind::system) != "");
  CHECK(parsed("[lock]\nkiosk = ['pin-floor']\ncli = ['allow-retry']\npkcs11 = []\n", settings::Kind::system) == "");
  CHECK(parsed("[cli]\nallow-retry = 'yes'\n", settings::Kind::system).find("is no table of settings") != std::string::npos);
  CHECK(parsed("[lock]\npkcs11 = []\n", settings::Kind::user).find("the system's file only") != std::string::npos);
  CHECK(parsed("[kiosk]\nclients = 33\n", settings::Kind::system).find("from 1 to 32") != std::string::npos);
  CHECK(parsed("[kiosk]\nclients = 33\n", settings::Kind::user).find("the system's file only") != std::string::npos);
  CHECK(parsed("[pkcs11]\n\"x\\u001B[31m\" = 1\n", settings::Kind::user).find('\x1B') == std::string::npos);
}

TEST_CASE("a file that is none, or whom it does not belong to, is broken and nobody waits for it") {
  const Files files;
  const std::string folder = files.folder.string(), pipe = folder + "/pipe", good = files.write("good.toml", kLocking);
  REQUIRE(::mkfifo(pipe.c_str(), 0644) == 0);
  std::filesystem::create_symlink(folder + "/nowhere", folder + "/dangling");
  std::filesystem::create_symlink(folder + "/nowhere", folder + "/lost");
  std::filesystem::create_symlink(good, folder + "/link");
  const auto read = [](const std::string& path, settings::Kind kind = settings::Kind::system) { return settings::read(path, kind); };
  for (const std::string& path :
       {pipe, folder, folder + "/dangling", folder + "/lost/myna.toml", good + "/myna.toml", std::string("/dev/null")}) {
    INFO(path);
    CHECK((read(path).present && !read(path).good()));
  }
  CHECK_FALSE((read(folder + "/absent.toml").present || read(folder + "/no/such/folder.toml").present));
  REQUIRE(::geteuid() == 0);   // the suite's rule; ownership cannot be tried otherwise
  CHECK((read(good).good() && read(folder + "/link").good()));
  CHECK(text_of(read(files.write("open.toml", kLocking, 0666))).find("is not trusted") != std::string::npos);
  CHECK_FALSE(read(files.write("group.toml", kLocking, 0664)).good());
  CHECK_FALSE(read(files.write("open.toml", "", 0646), settings::Kind::user).good());
  CHECK(read(files.write("group.toml", "", 0664), settings::Kind::user).good());
  REQUIRE(::chown(good.c_str(), 12345, 0) == 0);
  for (const settings::Kind kind : {settings::Kind::system, settings::Kind::user, settings::Kind::service}) {
    CHECK_FALSE(read(good, kind).good());
  }
  CHECK((!read(folder + "/link").good() && read(good, settings::Kind::draft).good()));
}
