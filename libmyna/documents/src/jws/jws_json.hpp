// SPDX-License-Identifier: Apache-2.0
// JSON of JWS headers. Private to libmyna/documents.
#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <set>
#include <string_view>

namespace myna {

using Json = nlohmann::json;

// One JSON object and nothing else, without members at any level that are the same, or the same but for upper and lower case, at most 12
// levels deep.
std::optional<Json> parse_strict(std::string_view text);

}  // namespace myna
