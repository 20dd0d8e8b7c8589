// SPDX-License-Identifier: Apache-2.0
// Japanese or English. Texts are pairs in the source and not gettext catalogues: a bare system has no Japanese locale, and
// without one gettext never translates.
#pragma once

#include <string>
#include <string_view>

#include "myna/core/error.hpp"

namespace myna::cli {

enum class Language { english, japanese };

// --lang among the arguments, else the first of LC_ALL, LC_MESSAGES and LANG that is set and not empty.
Language choose_language(int argc, const char* const* argv);

// Picks one side of a pair.
class Words {
 public:
  explicit Words(Language language) : language_(language) {}
  std::string operator()(const Text& text) const {
    return std::string(language_ == Language::japanese ? text.ja : text.en);
  }
  bool japanese() const { return language_ == Language::japanese; }

 private:
  Language language_;
};

}  // namespace myna::cli
