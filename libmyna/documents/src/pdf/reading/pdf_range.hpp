// SPDX-License-Identifier: Apache-2.0
// What one signature dictionary covers and holds, read with no leniency: every known forgery of a PDF signature starts with an odd
// /ByteRange or /Contents. Private to libmyna/documents.
#pragma once

#include <optional>
#include <string>

#include "myna/core/error.hpp"
#include "pdf_bytes.hpp"

namespace myna::pdf {

// [0, gap_begin) and [gap_end, end) are signed; the gap is exactly the string of /Contents with its < and >.
struct SignedRange {
  std::uint64_t gap_begin, gap_end, end;
};

struct RangeReading {
  std::optional<SignedRange> range;
  Text problem;   // when there is none
};
RangeReading read_range(QPDFObjectHandle signature, const RandomAccess& bytes);

struct ContentsReading {
  Bytes cms;      // without the padding; empty when there is a problem
  Text problem;
};
// The bytes in the gap are those of the dictionary's own /Contents, one BER object, and nothing but zeros behind it.
ContentsReading read_contents(QPDFObjectHandle signature, const SignedRange& range, const RandomAccess& bytes);

// Passes the signed bytes on.
Status stream_signed(const RandomAccess& bytes, const SignedRange& range, const ByteSink& sink);

// /Name.. of a dictionary as UTF-8; empty when it is none.
std::string text_of(QPDFObjectHandle dictionary, const std::string& key);
std::string name_of(QPDFObjectHandle dictionary, const std::string& key);

}  // namespace myna::pdf
