// SPDX-License-Identifier: Apache-2.0
// A PNG or JPEG for a visible signature, as a Cairo surface. Private to libmyna/documents.
#pragma once

#include <cairo.h>

#include <memory>
#include <string>

#include "myna/core/result.hpp"

namespace myna::pdf {

struct SurfaceDeleter {
  void operator()(cairo_surface_t* surface) const noexcept { cairo_surface_destroy(surface); }
};
using Surface = std::unique_ptr<cairo_surface_t, SurfaceDeleter>;

// At most 4 MiB and 4 million pixels. A JPEG is embedded as it is. Errors: storage_failed, invalid_argument.
Result<Surface> load_picture(const std::string& path);

}  // namespace myna::pdf
