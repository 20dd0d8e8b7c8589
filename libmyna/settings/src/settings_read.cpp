// SPDX-License-Identifier: Apache-2.0
// Opening a file of settings: what is no plain file, or whom it does not belong to, is not trusted; only what does not exist is absent.
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "settings_words.hpp"

namespace myna::settings {
namespace {

constexpr std::size_t kMost = 1024 * 1024;

struct Descriptor {
  explicit Descriptor(int number) : fd(number) {}
  Descriptor(const Descriptor&) = delete;
  ~Descriptor() { if (fd >= 0) ::close(fd); }
  int fd;
};

File broken(const std::string& path, Sentence why, Sentence advice) {
  File file{.path = path, .present = true};
  file.problems.push_back({.file = path, .key = {}, .why = std::move(why), .advice = std::move(advice)});
  return file;
}

File unreadable(const std::string& path, int error) {
  const std::string why = std::strerror(error);
  return broken(path, {"cannot be read: " + why, "読み取れません（" + why + "）"},
                {"Make it a plain file that everybody may read (chmod 644).", "誰でも読める通常のファイルにしてください（chmod 644）。"});
}

// A link that leads nowhere is a file that somebody meant to be there; so is everything below a folder that is none.
bool is_absent(const std::string& path) {
  struct stat about{};
  if (::lstat(path.c_str(), &about) == 0 || errno != ENOENT) return false;
  const std::string folder = path.substr(0, path.rfind('/'));
  return folder.empty() || ::stat(folder.c_str(), &about) == 0 || (::lstat(folder.c_str(), &about) != 0 && errno == ENOENT);
}

struct Trust {
  bool this_user;          // may own it, beside root
  mode_t writable;         // by whom it must not be
  Text why;
  Text advice;
};
constexpr Trust kSystemTrust{false,
                             S_IWGRP | S_IWOTH,
                             {"is not trusted: others than root could change it", "root以外が変更できるため信用できません"},
                             {"chown root:root and chmod 644 it, after a look at what stands in it.",
                              "内容を確認のうえ chown root:root と chmod 644 を実行してください。"}};
constexpr Trust kUserTrust{true,
                           S_IWOTH,
                           {"is not trusted: others could change it", "他のユーザーが変更できるため信用できません"},
                           {"Let it belong to you, and chmod 644 it, after a look at what stands in it.",
                            "内容を確認のうえ、所有者を自分にして chmod 644 を実行してください。"}};

std::optional<Trust> trust_of(Kind kind) {
  if (kind == Kind::draft) return {};
  return kind == Kind::system ? kSystemTrust : kUserTrust;
}

bool is_trusted(const struct stat& about, const Trust& trust) {
  const bool owned = about.st_uid == 0 || (trust.this_user && about.st_uid == ::geteuid());
  return owned && (about.st_mode & trust.writable) == 0;
}

// 0, or errno.
int read_all(int fd, std::string& text) {
  std::array<char, 8192> part{};
  while (text.size() <= kMost) {
    const ssize_t got = ::read(fd, part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got < 0 ? errno : 0;
    text.append(part.data(), static_cast<std::size_t>(got));
  }
  return EFBIG;
}

}  // namespace

std::string user_file() {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 16384> buffer{};
  if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr || found->pw_dir[0] != '/') {
    return {};
  }
  return std::string(found->pw_dir) + "/.config/myna/myna.toml";
}

File read(const std::string& path, Kind kind) {
  if (path.empty()) return {};
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  const int error = errno;
  if (file.fd < 0) return error == ENOENT && is_absent(path) ? File{.path = path} : unreadable(path, error);
  struct stat about{};
  if (::fstat(file.fd, &about) != 0) return unreadable(path, errno);
  if (!S_ISREG(about.st_mode)) return unreadable(path, S_ISDIR(about.st_mode) ? EISDIR : EINVAL);
  const auto trust = trust_of(kind);
  if (trust && !is_trusted(about, *trust)) return broken(path, sentence(trust->why), sentence(trust->advice));
  std::string text;
  if (const int failed = read_all(file.fd, text); failed != 0) return unreadable(path, failed);
  return parse(text, path, kind);
}

std::vector<Problem> unknown_users(const File& file) {
  std::vector<Problem> problems;
  const Entry* users = file.find("kiosk", "users");
  if (users == nullptr) return problems;
  for (const std::string& name : users->values) {
    const bool number = name.find_first_not_of("0123456789") == std::string::npos;
    if (number || ::getpwnam(name.c_str()) != nullptr) continue;
    problems.push_back(file.problem_at(*users,
                                       {"must be a list of user names that exist, or user ids: " + shown(name),
                                        "存在するユーザー名またはユーザーIDの一覧でなければなりません: " + shown(name)},
                                       {"Make the user first, or correct the name.", "先にユーザーを作成するか、名前を直してください。"}));
  }
  return problems;
}

}  // namespace myna::settings
