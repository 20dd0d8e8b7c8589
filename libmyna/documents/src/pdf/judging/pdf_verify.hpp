// SPDX-License-Identifier: Apache-2.0
// The signatures of a PDF as they are found in its form. Private to libmyna/documents.
#pragma once

#include <string>
#include <vector>

#include "pdf/reading/pdf_fields.hpp"
#include "pdf/reading/pdf_range.hpp"

namespace myna::pdf {

struct FoundSignature {
  std::string field;
  QPDFObjectHandle value;
  Text field_problem;          // the field is not one signature's own
  RangeReading range;
  ContentsReading contents;    // empty without a range

  std::uint64_t end() const { return range.range ? range.range->end : 0; }
};

// Sorted by what they cover, least first. Throws QPDFExc.
std::vector<FoundSignature> find_signatures(QPDF& pdf, const RandomAccess& bytes);

// Our own new signature, before anybody gets it: all of it good but for the dates of the certificate, and by the rules of moj when asked.
// Errors: signature_mismatch.
Status check_new_signature(const std::shared_ptr<RandomAccess>& bytes, ByteView issuer, bool moj);

}  // namespace myna::pdf
