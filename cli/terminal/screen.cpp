// SPDX-License-Identifier: Apache-2.0
#include "screen.hpp"

#include <algorithm>

#include "myna/core/utf8.hpp"
#include "waiting.hpp"

namespace myna::cli {

Shown Shown::line(std::string_view text) { return Shown(printable(text) + '\n'); }

Shown Shown::prompt(std::string_view text) { return Shown(printable(text)); }

Shown Shown::page(std::string_view text) { return Shown(printable_page(text)); }

Shown Shown::json(std::string_view document) { return Shown(printable_json(document)); }

Shown Shown::picture(const PictureSequence& picture) { return Shown(picture.bytes); }

Shown Shown::passing(std::string_view text) { return Shown('\r' + printable(text)); }

Shown& Shown::operator+=(const Shown& more) {
  text_ += more.text_;
  return *this;
}

Status show(int descriptor, const Shown& shown) { return write_all(descriptor, as_bytes(shown.text())); }

Status show_secret(int descriptor, ByteView value) {
  const auto is_plain = [](Byte b) { return (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z'); };
  if (!std::ranges::all_of(value, is_plain)) return fail(Errc::malformed);
  return write_all(descriptor, value);
}

}  // namespace myna::cli
