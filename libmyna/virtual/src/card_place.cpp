// SPDX-License-Identifier: Apache-2.0
#include "card_place.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>

#include "myna/core/descriptor.hpp"

namespace myna {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kChanges = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB;

fs::path parent_of(const fs::path& directory) {
  const fs::path plain = directory.has_filename() ? directory : directory.parent_path();
  const fs::path parent = plain.parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

int milliseconds_until(std::chrono::steady_clock::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
  constexpr std::int64_t kLongest = 3'600'000;
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, kLongest));
}

}  // namespace

std::optional<CardPlace> look_at(const fs::path& directory) {
  struct stat folder{}, card{};
  if (::stat(directory.c_str(), &folder) != 0 || ::stat((directory / "card.json").c_str(), &card) != 0) return std::nullopt;
  return CardPlace{folder.st_dev, folder.st_ino};
}

Status wait_for_another(const fs::path& directory, const std::optional<CardPlace>& known, const std::stop_token& stop,
                        std::chrono::steady_clock::time_point end) {
  const Descriptor stopped(::eventfd(0, EFD_CLOEXEC));
  const Descriptor changes(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (stopped.get() < 0 || changes.get() < 0) return fail_native(Errc::storage_failed, errno);
  const std::stop_callback wake(stop, [&stopped] { ::eventfd_write(stopped.get(), 1); });
  while (!stop.stop_requested()) {
    ::inotify_add_watch(changes.get(), parent_of(directory).c_str(), kChanges);
    ::inotify_add_watch(changes.get(), directory.c_str(), kChanges);   // fails while nothing is there
    const int left = milliseconds_until(end);
    if (look_at(directory) != known || left == 0) return {};
    std::array<pollfd, 2> both{pollfd{stopped.get(), POLLIN, 0}, pollfd{changes.get(), POLLIN, 0}};
    ::poll(both.data(), both.size(), left);
    std::array<char, 4096> drained{};
    while (::read(changes.get(), drained.data(), drained.size()) > 0) {
    }
  }
  return fail(Errc::cancelled);
}

}  // namespace myna
