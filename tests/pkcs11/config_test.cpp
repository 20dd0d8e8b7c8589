// SPDX-License-Identifier: Apache-2.0
// Configuration: files over defaults, parameters over files, and what the system locks over both.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "myna/module_config.hpp"

using namespace myna::p11;

namespace {

struct Files {
  Files() {
    std::string pattern = (std::filesystem::temp_directory_path() / "myna-config-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
  }
  ~Files() { std::filesystem::remove_all(folder); }
  std::string write(const char* name, const char* content) const {
    std::ofstream(folder / name) << content;
    return (folder / name).string();
  }
  std::filesystem::path folder;
};

}  // namespace

TEST_CASE("parameters: quotes, separators, unknown words and values that are none") {
  const Config config = config_from(" sign-idle='5';pss=on,\tallow-last-try=YES auth-idle=-3 x=y =", {});
  CHECK((config.sign_idle.count() == 5 && config.pss == Pss::on && !config.allow_last_try));
  CHECK(config.auth_idle == Config{}.auth_idle);
}

TEST_CASE("a module never gains a token") {
  Config auth_only;
  auth_only.sign_token = false;
  for (const char* tokens : {"tokens=both", "tokens=sign", "tokens=auth"}) CHECK_FALSE(config_from(tokens, auth_only).sign_token);
}

TEST_CASE("files: the user's over the system's, the system's lock over the user and the program") {
  const Files files;
  const std::string system = files.write("system.toml", "[pkcs11]\nsign-idle = 30\nallow-last-try = false\n[lock]\npkcs11 = ['allow-last-try']\n");
  const std::string user = files.write("user.toml", "[pkcs11]\nsign-idle = 10\nallow-last-try = true\npss = 'on'\n");
  const FileConfig read = config_from_files(system, user, {});
  CHECK((read.config.sign_idle.count() == 10 && read.config.pss == Pss::on && !read.config.allow_last_try));
  CHECK_FALSE(config_from("allow-last-try=yes", read.config, read.locked).allow_last_try);
  CHECK(config_from("sign-idle=7", read.config, read.locked).sign_idle.count() == 7);
}

TEST_CASE("what is shown can be read again") {
  Config config;
  config.usercert_label = config.extended_apdus = true;
  config.pss = Pss::probe;
  config.sign_idle = std::chrono::seconds(9);
  Config again;
  for (const auto& [name, value] : settings_of(config)) CHECK(set(again, name, value));
  CHECK(settings_of(again) == settings_of(config));
}

TEST_CASE("a file that is no TOML changes nothing") {
  const Files files;
  const std::string bad = files.write("bad.toml", "[pkcs11\npss = 'on'\n");
  CHECK(config_from_files(bad, "/nonexistent", {}).config.pss == Pss::off);
}
