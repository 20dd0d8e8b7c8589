// SPDX-License-Identifier: Apache-2.0
// A card to look at: as an HTML page and as one picture.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal/language.hpp"
#include "myna/pictures/picture.hpp"

namespace myna::cli {

struct CardField {
  std::string name;    // as JSON names it
  std::string label;
  std::string value;   // as read, not escaped
};

struct CardView {
  std::string title;
  std::vector<CardField> fields;
  std::vector<CardField> report;   // check and result; empty without --verify
  Picture photo;
  Picture name;                    // as printed
  Picture address;
};

// One page in one file: pictures inside, nothing loaded from elsewhere, no script.
Result<std::string> html_page(const CardView& view, const Words& words);

// 480 x 300 in eight bits of grey: photo, and name and address as printed.
Picture card_picture(const CardView& view);

}  // namespace myna::cli
