// SPDX-License-Identifier: Apache-2.0
#include "trial.hpp"

#include <algorithm>

namespace myna::kioskd {

namespace fs = std::filesystem;

std::vector<std::string> Trial::cards() const {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(cards_, error), end; !error && entry != end; entry.increment(error)) {
    if (fs::exists(entry->path() / "card.json", error)) names.push_back(entry->path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

// A directory that somebody put there is not ours to remove.
bool Trial::is_free_to_change() const {
  std::error_code error;
  const auto kind = fs::symlink_status(place_, error).type();
  return kind == fs::file_type::not_found || kind == fs::file_type::symlink;
}

bool Trial::insert(std::string_view card) const {
  const auto known = cards();
  if (std::ranges::find(known, card) == known.end() || !is_free_to_change()) return false;
  fs::path fresh = place_;
  fresh += ".new";
  std::error_code error;
  fs::remove(fresh, error);
  fs::create_symlink(cards_ / card, fresh, error);
  if (!error) fs::rename(fresh, place_, error);   // so that a swap has no moment without a card
  return !error;
}

bool Trial::remove() const {
  std::error_code error;
  return is_free_to_change() && fs::remove(place_, error) && !error;
}

}  // namespace myna::kioskd
