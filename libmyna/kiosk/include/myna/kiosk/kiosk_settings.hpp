// SPDX-License-Identifier: Apache-2.0
// Settings of a kiosk by name, for the file of the service and for the options of the C library.
#pragma once

#include <string_view>

#include "myna/kiosk/kiosk_host.hpp"

namespace myna::kiosk {

// Whether Options has it; everything else in [kiosk] is the service's own.
bool has_setting(std::string_view name) noexcept;

// Names, words and ranges are those of [kiosk] in libmyna/settings/src/settings_rows.cpp; times may have fractions of a second here.
// Errors: invalid_argument (the name, or the value), and nothing is changed.
Status set_by_name(Options& options, std::string_view name, std::string_view value);

}  // namespace myna::kiosk
