// SPDX-License-Identifier: Apache-2.0
// The spellings that XML signatures use: base64 with white space, file names in references. Private to libmyna/documents.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "myna/core/base64.hpp"
#include "myna/core/dates.hpp"
#include "myna/core/percent.hpp"

namespace myna::xml {

// White space may stand anywhere, the rest is strict (XML Schema, base64Binary).
std::optional<Bytes> from_xml_base64(std::string_view text);

// A file below the folder of the signature: not absolute, no "." or ".." or empty step, no backslash, no colon in its first step (a URL),
// no control character.
bool is_safe_name(std::string_view name);

// "id-" and 16 hexadecimal digits: an xs:ID that no document has.
std::string random_id();

}  // namespace myna::xml
