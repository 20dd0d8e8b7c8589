// SPDX-License-Identifier: Apache-2.0
#include "myna/virtual/card_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <thread>
#include <utility>

#include "card_json.hpp"
#include "myna/core/descriptor.hpp"
#include "myna/core/hex.hpp"

namespace myna {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kLockRetry{20};
constexpr std::size_t kMaxFile = 1 << 20;

Unexpected storage_error(int code = errno) { return fail_native(Errc::storage_failed, code); }

Status write_file(const fs::path& path, ByteView content) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.ok()) return storage_error();
  while (!content.empty()) {
    const ssize_t written = ::write(file.get(), content.data(), content.size());
    if (written < 0) return storage_error();
    content = content.subspan(static_cast<std::size_t>(written));
  }
  return ::fsync(file.get()) == 0 ? Status{} : Status{storage_error()};
}

Result<Bytes> read_file(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return storage_error();
  Bytes content;
  std::array<Byte, 4096> part{};
  while (content.size() <= kMaxFile) {
    const ssize_t count = ::read(file.get(), part.data(), part.size());
    if (count < 0) return storage_error();
    if (count == 0) return content;
    append(content, ByteView(part).first(static_cast<std::size_t>(count)));
  }
  return fail(Errc::malformed);
}

Result<std::string> read_text(const fs::path& path) {
  MYNA_TRY(const Bytes bytes, read_file(path));
  return std::string(as_text(bytes));
}

Status make_directory(const fs::path& path) {
  return ::mkdir(path.c_str(), 0700) == 0 ? Status{} : Status{storage_error()};
}

Status replace_file(const fs::path& path, const std::string& text) {
  const fs::path temporary = path.string() + ".new";
  MYNA_CHECK(write_file(temporary, as_bytes(text)));
  if (::rename(temporary.c_str(), path.c_str()) != 0) return storage_error();
  return {};
}

Status write_application(const fs::path& directory, const ImageApplication& application) {
  for (const ImageFile& file : application.files) {
    MYNA_CHECK(write_file(directory / content_path(application.aid, file.file, ".bin"), file.content));
  }
  for (const ImageKey& key : application.keys) {
    MYNA_CHECK(write_file(directory / content_path(application.aid, key.file, ".key"), key.pkcs8));
  }
  return {};
}

Status write_contents(const fs::path& directory, const CardImage& image) {
  for (const ImageApplication& application : image.applications) {
    MYNA_CHECK(make_directory(directory / to_hex(application.aid)));
    MYNA_CHECK(write_application(directory, application));
  }
  if (!image.originals.empty()) MYNA_CHECK(make_directory(directory / "originals"));
  for (const Original& original : image.originals) MYNA_CHECK(write_file(directory / "originals" / original.name, original.content));
  MYNA_CHECK(write_file(directory / "card.json", as_bytes(card_json(image))));
  return write_file(directory / "pins.json", as_bytes(pins_json(image)));
}

Result<fs::path> make_temporary_beside(const fs::path& directory) {
  std::error_code error;
  const fs::path parent = fs::absolute(directory, error).parent_path();
  fs::create_directories(parent, error);
  if (error) return storage_error(error.value());
  std::string pattern = (parent / ".myna-virtual-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) return storage_error();
  return fs::path(pattern);
}

Result<int> lock_within(int fd, std::chrono::milliseconds deadline) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return storage_error();
    if (std::chrono::steady_clock::now() >= end) return fail(Errc::card_busy);
    std::this_thread::sleep_for(kLockRetry);   // flock has no time-out of its own
  }
  return fd;
}

}  // namespace

// Written beside its place and renamed, so a half-made card never exists. rename(2) replaces an empty directory and
// refuses any other.
Status CardDirectory::create(const fs::path& given, const CardImage& image) {
  const fs::path directory = given.has_filename() ? given : given.parent_path();
  MYNA_TRY(const fs::path temporary, make_temporary_beside(directory));
  Status written = write_contents(temporary, image);
  if (written && ::rename(temporary.c_str(), directory.c_str()) != 0) {
    written = storage_error(errno == ENOTEMPTY || errno == ENOTDIR ? EEXIST : errno);
  }
  std::error_code ignored;
  if (!written) fs::remove_all(temporary, ignored);
  return written;
}

Result<CardDirectory> CardDirectory::open(const fs::path& directory, std::chrono::milliseconds deadline) {
  std::error_code error;
  if (!fs::exists(directory / "card.json", error)) return storage_error(ENOENT);
  const int fd = ::open((directory / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return storage_error();
  CardDirectory opened(directory, fd);
  MYNA_TRY([[maybe_unused]] const int locked, lock_within(fd, deadline));
  return opened;
}

CardDirectory::CardDirectory(CardDirectory&& other) noexcept
    : directory_(std::move(other.directory_)), lock_(std::exchange(other.lock_, -1)) {}

CardDirectory& CardDirectory::operator=(CardDirectory&& other) noexcept {
  std::swap(directory_, other.directory_);
  std::swap(lock_, other.lock_);
  return *this;
}

CardDirectory::~CardDirectory() {
  if (lock_ >= 0) ::close(lock_);
}

Result<CardImage> CardDirectory::load() const {
  MYNA_TRY(const std::string card, read_text(directory_ / "card.json"));
  MYNA_TRY(const std::string pins, read_text(directory_ / "pins.json"));
  return parse_card(card, pins, [this](const std::string& relative) { return read_file(directory_ / relative); });
}

Status CardDirectory::save_contents(const CardImage& image) const {
  for (const ImageApplication& application : image.applications) MYNA_CHECK(write_application(directory_, application));
  MYNA_CHECK(replace_file(directory_ / "card.json", card_json(image)));
  return save_pins(image);
}

Status CardDirectory::save_pins(const CardImage& image) const { return replace_file(directory_ / "pins.json", pins_json(image)); }

}  // namespace myna
