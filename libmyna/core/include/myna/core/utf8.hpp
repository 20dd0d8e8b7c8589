// SPDX-License-Identifier: Apache-2.0
// Text from a card, a certificate, a file name or a server, before it may reach a terminal, a log or a page.
#pragma once

#include <string>
#include <string_view>

namespace myna {

// Well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates) without C0 and C1 control characters, so that no
// escape sequence hides in it. The empty text is printable.
bool is_printable_utf8(std::string_view text) noexcept;

// The text as one line that does nothing to a terminal and looks like what it is: every control character, every character that turns the
// direction of others or cannot be seen, and every byte that is no UTF-8 becomes \xHH (a byte) or \u{H...} (a character). All else,
// Japanese with its variation selectors too, stays as it is.
std::string printable(std::string_view text);

// The same for a text of several lines: line ends and tabs stay.
std::string printable_page(std::string_view text);

// The same for a JSON document, whose strings keep their value: the characters become \uHHHH (RFC 8259, section 7). `json` is well-formed,
// so what is to be escaped stands inside strings only.
std::string printable_json(std::string_view json);

}  // namespace myna
