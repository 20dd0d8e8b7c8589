// SPDX-License-Identifier: Apache-2.0
// The one door to standard output, standard error and the terminal (tests/ci/check_screen): what is not made harmless does not fit through.
#pragma once

#include <string>
#include <string_view>

#include "myna/core/bytes.hpp"
#include "myna/core/result.hpp"

namespace myna::cli {

inline constexpr int kStandardOutput = 1, kStandardError = 2;

// An escape sequence of our own that shows a picture: its bytes are numbers and base64. Made in graphics.cpp only.
struct PictureSequence {
  std::string bytes;
};

// Text that may be shown.
class Shown {
 public:
  Shown() = default;
  // One line with its end, whatever the text holds.
  static Shown line(std::string_view text);
  // The same without its end: the cursor stays behind it.
  static Shown prompt(std::string_view text);
  // Several lines.
  static Shown page(std::string_view text);
  // A JSON document.
  static Shown json(std::string_view document);
  static Shown picture(const PictureSequence& picture);
  // A line that the next one is written over.
  static Shown passing(std::string_view text);

  Shown& operator+=(const Shown& more);
  const std::string& text() const { return text_; }

 private:
  explicit Shown(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// Errors: those of write_all.
Status show(int descriptor, const Shown& shown);

// Digits or letters that are not held as text. Errc::malformed when there is anything else among them.
Status show_secret(int descriptor, ByteView value);

}  // namespace myna::cli
