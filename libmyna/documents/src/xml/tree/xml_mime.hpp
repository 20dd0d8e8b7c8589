// SPDX-License-Identifier: Apache-2.0
// Media types by file name, for DataObjectFormat and ASiC manifests. Private to libmyna/documents.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace myna::xml {

struct MimeRow {
  std::string_view ending;
  std::string_view type;
};
inline constexpr std::array kMimeTypes{
    MimeRow{".xml", "text/xml"},       MimeRow{".pdf", "application/pdf"}, MimeRow{".txt", "text/plain"},
    MimeRow{".csv", "text/csv"},       MimeRow{".html", "text/html"},      MimeRow{".json", "application/json"},
    MimeRow{".tif", "image/tiff"},     MimeRow{".tiff", "image/tiff"},     MimeRow{".png", "image/png"},
    MimeRow{".jpg", "image/jpeg"},     MimeRow{".jpeg", "image/jpeg"},     MimeRow{".zip", "application/zip"},
};

inline std::string mime_type_of(std::string_view name) {
  const auto row = std::ranges::find_if(kMimeTypes, [name](const MimeRow& r) { return name.ends_with(r.ending); });
  return std::string(row == kMimeTypes.end() ? "application/octet-stream" : row->type);
}

}  // namespace myna::xml
