// SPDX-License-Identifier: Apache-2.0
#include "pin_lines.hpp"

#include <algorithm>

namespace myna::cli {
namespace {

constexpr std::string_view kNameCharacters = "abcdefghijklmnopqrstuvwxyz-";

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

// A '=' belongs to no PIN, so the text before it is a name when it has the form of one.
PinLines::Line PinLines::line_of(std::string_view text) {
  const std::size_t sign = text.find('=');
  const bool named = sign != std::string_view::npos && sign > 0 &&
                     text.substr(0, sign).find_first_not_of(kNameCharacters) == std::string_view::npos;
  if (!named) return {.name = {}, .value = text};
  return {.name = text.substr(0, sign), .value = text.substr(sign + 1)};
}

Result<PinLines> PinLines::parse(SecretBytes text) {
  if (text.size() > kMaxPinText) return fail(Errc::pin_unavailable);
  PinLines result;
  result.text_ = std::move(text);
  std::string_view rest = as_text(result.text_.view());
  while (!rest.empty()) {
    const Line line = line_of(take_line(rest));
    if (line.name.empty() && line.value.empty()) continue;
    if (std::ranges::find(result.lines_, line.name, &Line::name) != result.lines_.end()) return fail(Errc::pin_unavailable);
    result.lines_.push_back(line);
  }
  if (result.lines_.empty()) return fail(Errc::pin_unavailable);
  return result;
}

Result<std::string_view> PinLines::value(std::string_view name, bool only_one_needed) const {
  const auto found = std::ranges::find(lines_, name, &Line::name);
  if (found != lines_.end()) return found->value;
  const bool bare = lines_.size() == 1 && lines_.front().name.empty();
  if (bare && only_one_needed) return lines_.front().value;
  return fail(Errc::pin_unavailable);
}

}  // namespace myna::cli
