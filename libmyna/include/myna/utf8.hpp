// SPDX-License-Identifier: Apache-2.0
// Text from a card, before it may reach a terminal or a JSON document.
#pragma once

#include <string_view>

namespace myna {

// Well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates) without C0 and C1 control characters, so that no
// escape sequence hides in it. The empty text is printable.
bool is_printable_utf8(std::string_view text) noexcept;

}  // namespace myna
