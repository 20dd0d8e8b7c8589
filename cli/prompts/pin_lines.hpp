// SPDX-License-Identifier: Apache-2.0
// The text form of PINs in a file or behind a descriptor: lines NAME=VALUE, or one bare line. LF and CRLF end a line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "myna/core/result.hpp"
#include "myna/core/secret.hpp"

namespace myna::cli {

inline constexpr std::size_t kMaxPinText = 4096;

class PinLines {
 public:
  // Errc::pin_unavailable for an empty text, one above kMaxPinText, or a name that occurs twice.
  static Result<PinLines> parse(SecretBytes text);

  // The value of a name. A bare line serves any name, when it is the only line and the caller needs one PIN only.
  // Errc::pin_unavailable when there is none.
  Result<std::string_view> value(std::string_view name, bool only_one_needed) const;

 private:
  struct Line {
    std::string_view name;    // empty for a bare line
    std::string_view value;
  };
  static Line line_of(std::string_view text);

  SecretBytes text_;
  std::vector<Line> lines_;   // views into text_
};

}  // namespace myna::cli
