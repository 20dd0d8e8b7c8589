// SPDX-License-Identifier: Apache-2.0
// The spellings that XML signatures use: base64 with white space, file names in references, times. Private to libmyna/documents.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "myna/core/base64.hpp"
#include "myna/core/percent.hpp"

namespace myna::xml {

// White space may stand anywhere, the rest is strict (XML Schema, base64Binary).
std::optional<Bytes> from_xml_base64(std::string_view text);

// A file below the folder of the signature: not absolute, no "." or ".." or empty step, no backslash, no colon in its first step (a URL),
// no control character.
bool is_safe_name(std::string_view name);

std::string utc_time(std::chrono::sys_seconds time);               // 2026-11-25T22:30:46Z
std::string japan_digits(std::chrono::sys_seconds time);           // 20261126073046
std::optional<std::chrono::sys_seconds> time_of(std::string_view text);   // xs:dateTime with a zone

// "id-" and 16 hexadecimal digits: an xs:ID that no document has.
std::string random_id();

}  // namespace myna::xml
