// SPDX-License-Identifier: Apache-2.0
#include "marked_channel.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cctype>

#include "myna/card_profile.hpp"

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

}  // namespace

MarkedChannel::MarkedChannel(std::unique_ptr<CardChannel> inner, const std::filesystem::path& directory,
                             const std::string& reader)
    : inner_(std::move(inner)) {
  ::mkdir(directory.c_str(), 0700);
  if (is_ours(directory)) marker_ = directory / file_name(reader);
}

MarkedChannel::~MarkedChannel() { lower(); }

Status MarkedChannel::lock() {
  MYNA_CHECK(inner_->lock());
  if (marker_.empty() || !was_left_behind()) return {};
  const Status dropped = drop_state();
  if (dropped) ::unlink(marker_.c_str());
  else inner_->unlock(EndAction::power_off);
  return dropped;
}

bool MarkedChannel::was_left_behind() const {
  const int fd = open_marker(marker_, 0);
  if (fd < 0) return false;
  const bool nobody_holds_it = ::flock(fd, LOCK_EX | LOCK_NB) == 0;
  ::close(fd);
  return nobody_holds_it;
}

Status MarkedChannel::drop_state() {
  if (leave_by_select()) return {};
  inner_->unlock(EndAction::power_off);
  return inner_->lock();
}

bool MarkedChannel::leave_by_select() {
  for (const ByteView way : {ByteView(aid::kIssuerDomain), ByteView(aid::kText)}) {
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
  if (marker_.empty()) return;
  held_ = open_marker(marker_, O_CREAT);
  if (held_ >= 0) ::flock(held_, LOCK_EX | LOCK_NB);
}

void MarkedChannel::lower() noexcept {
  if (held_ < 0) return;
  ::unlink(marker_.c_str());
  ::close(held_);
  held_ = -1;
}

}  // namespace myna::pcsc
