// SPDX-License-Identifier: Apache-2.0
// Placing and taking away virtual cards by program, for trials: the virtual reader's directory is a link, and this changes it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace myna::kioskd {

class Trial {
 public:
  Trial(std::filesystem::path place, std::filesystem::path cards) : place_(std::move(place)), cards_(std::move(cards)) {}

  // Names of the cards that can be placed, in order.
  std::vector<std::string> cards() const;
  // In the place of what lies there. False: no card of that name, or the place is no link.
  bool insert(std::string_view card) const;
  bool remove() const;

 private:
  bool is_free_to_change() const;
  std::filesystem::path place_, cards_;
};

}  // namespace myna::kioskd
