// SPDX-License-Identifier: Apache-2.0
// What is seen of a signature: drawn by Pango and Cairo, which embed a subset of an installed font, and taken over as a form XObject.
// Private to libmyna/documents.
#pragma once

#include "pdf/reading/pdf_revision.hpp"

namespace myna::pdf {

// Draws once for nothing, so that what can fail fails before the card is held. Errors: storage_failed (the picture cannot be read),
// invalid_argument (neither PNG nor JPEG, or too large), document_unsupported (no font with Japanese characters is installed).
Status check_appearance(const PdfVisible& visible);

// The number of the form XObject, upright on a page that is displayed rotated by `rotate` degrees clockwise. Errors: those above;
// document_unsupported where no font has a character of the name.
Result<int> write_appearance(RevisionWriter& writer, const PdfVisible& visible, int rotate, const std::string& name,
                             std::chrono::sys_seconds time);

}  // namespace myna::pdf
