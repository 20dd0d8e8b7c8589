// SPDX-License-Identifier: Apache-2.0
// What a new signature will change in a PDF, worked out before anybody signs, as text of objects. Private to libmyna/documents.
#pragma once

#include <string>
#include <vector>

#include "myna/documents/pdf_signature.hpp"
#include "pdf/reading/pdf_bytes.hpp"

namespace myna::pdf {

struct ObjectText {
  int id;
  int generation;
  std::string text;   // between `obj` and `endobj`
};

// The page as it is displayed.
struct PagePlace {
  double left = 0, bottom = 0, right = 612, top = 792;   // CropBox
  int rotate = 0;                                        // 0, 90, 180, 270 clockwise
};

struct Plan {
  std::uint64_t size = 0;                 // of the original
  bool ends_line = true;
  std::uint32_t pages = 0;
  bool xref_stream = false;               // the last section is a stream
  std::uint64_t previous = 0;             // where it begins
  std::vector<ObjectText> changed;        // page, form, catalog
  int field_id = 0, field_generation = 0;
  std::string field_open;                 // the field's dictionary without its end
  int signature_id = 0;
  int next_id = 0;                        // first number that is free for more
  std::string trailer;                    // entries that every section repeats
  std::string first_id;                   // first element of /ID, raw; empty without one
  PagePlace place;
};

// Errors: those of open_pdf.
Result<Plan> plan_signature(const std::shared_ptr<RandomAccess>& bytes, const PdfSignatureOptions& options);

}  // namespace myna::pdf
