// SPDX-License-Identifier: Apache-2.0
// The rules of 登記・供託オンライン for a signature (checks C1 to C9). Private to libmyna/documents.
#pragma once

#include <vector>

#include "myna/documents/report.hpp"
#include "pdf/reading/pdf_range.hpp"

namespace myna::pdf {

// `range` and `cms` as read from the dictionary; `widest`: no other signature covers more.
struct MojInput {
  QPDFObjectHandle signature;
  const RandomAccess& bytes;
  const std::optional<SignedRange>& range;
  ByteView cms;   // empty when /Contents is not as it must be
  bool widest;
};
std::vector<SignatureCheck> moj_checks(const MojInput& input);

}  // namespace myna::pdf
