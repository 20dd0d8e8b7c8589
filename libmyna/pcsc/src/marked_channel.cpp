// SPDX-License-Identifier: Apache-2.0
#include "marked_channel.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cctype>
#include <cstdlib>

#include "myna/pcsc/pcsc_backend.hpp"

namespace myna::pcsc {
namespace {

constexpr std::size_t kMaxName = 100;

// Two readers of almost the same name may share a marker: then the state is dropped once too often, which is harmless.
std::string file_name(const std::string& reader) {
  std::string name = "pin-open-";
  for (const char c : reader.substr(0, kMaxName)) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '-';
  return name;
}

// A directory of somebody else could make us follow or delete what we do not own.
bool is_ours(const std::filesystem::path& directory) {
  struct stat info{};
  return ::lstat(directory.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == ::geteuid() &&
         (info.st_mode & 0077) == 0;
}

bool opens_pin(ByteView wire) {
  const auto command = parse_command(wire);
  return command && !command->data.empty() &&
         (command->header.ins == ins::kVerify || command->header.ins == ins::kChangeReferenceData);
}

int open_marker(const std::filesystem::path& path, int flags) {
  return ::open(path.c_str(), flags | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
}

// A marker, and its program is gone.
bool nobody_holds(const std::filesystem::path& marker) {
  const int fd = open_marker(marker, 0);
  if (fd < 0) return false;
  const bool free = ::flock(fd, LOCK_EX | LOCK_NB) == 0;
  ::close(fd);
  return free;
}

}  // namespace

MarkedChannel::MarkedChannel(std::unique_ptr<CardChannel> inner, std::vector<std::filesystem::path> directories,
                             std::span<const ByteView> pins_end, const std::string& reader)
    : inner_(std::move(inner)), directories_(std::move(directories)), pins_end_(pins_end), name_(file_name(reader)) {}

MarkedChannel::~MarkedChannel() { lower(); }

Status MarkedChannel::lock() {
  MYNA_CHECK(inner_->lock());
  const auto markers = left_behind();
  if (markers.empty()) return {};
  const Status dropped = drop_state();
  if (!dropped) inner_->unlock(EndAction::power_off);
  for (const auto& marker : markers) {
    if (dropped) ::unlink(marker.c_str());
  }
  return dropped;
}

std::vector<std::filesystem::path> MarkedChannel::left_behind() const {
  std::vector<std::filesystem::path> markers;
  for (const auto& directory : directories_) {
    if (is_ours(directory) && nobody_holds(directory / name_)) markers.push_back(directory / name_);
  }
  return markers;
}

Status MarkedChannel::drop_state() {
  if (leave_by_select()) return {};
  inner_->unlock(EndAction::power_off);
  return inner_->lock();
}

bool MarkedChannel::leave_by_select() {
  for (const ByteView way : pins_end_) {
    const auto command = CommandApdu::case3({0x00, ins::kSelect, 0x04, 0x0C}, way);
    const auto answer = inner_->exchange(command->wire());
    if (!answer) return false;
    if (answer->ok()) return true;
  }
  return false;
}

Result<ResponseApdu> MarkedChannel::exchange(ByteView command) {
  if (held_ < 0 && opens_pin(command)) raise();
  return inner_->exchange(command);
}

void MarkedChannel::unlock(EndAction action) noexcept {
  inner_->unlock(action);
  lower();
}

void MarkedChannel::raise() {
  for (const auto& directory : directories_) {
    ::mkdir(directory.c_str(), 0700);
    if (!is_ours(directory)) continue;
    held_ = open_marker(directory / name_, O_CREAT);
    if (held_ < 0) continue;
    ::flock(held_, LOCK_EX | LOCK_NB);
    raised_ = directory / name_;
    return;
  }
}

void MarkedChannel::lower() noexcept {
  if (held_ < 0) return;
  ::unlink(raised_.c_str());
  ::close(held_);
  held_ = -1;
}

}  // namespace myna::pcsc

namespace myna {

std::vector<std::filesystem::path> usual_runtime_directories() {
  const std::string user = std::to_string(::geteuid());
  std::vector<std::filesystem::path> all{"/run/myna/" + user};
  const char* login = ::secure_getenv("XDG_RUNTIME_DIR");
  if (login != nullptr && *login == '/') all.push_back(std::filesystem::path(login) / "myna");
  all.push_back("/tmp/myna-" + user);
  return all;
}

}  // namespace myna
