// SPDX-License-Identifier: Apache-2.0
// What was done to a PDF after a signature: the revision that was signed against the file as it is, object by object. Private to
// libmyna/documents.
#pragma once

#include "report/checks.hpp"
#include "pdf_verify.hpp"

namespace myna::pdf {

// Everything behind `from` is whole revisions, each with its cross-reference and its end, and every object in them is one that a
// cross-reference names. An empty text when so.
Text tail_problem(const std::shared_ptr<RandomAccess>& bytes, std::uint64_t from);

// Allowed are later signatures and time stamps, revocation data, and filling in forms, as far as certification and locks let them;
// everything else is bad. `all`: every signature of the file.
SignatureCheck check_changes(const FoundSignature& found, const std::vector<FoundSignature>& all,
                             const std::shared_ptr<RandomAccess>& bytes, QPDF& final_revision);

}  // namespace myna::pdf
