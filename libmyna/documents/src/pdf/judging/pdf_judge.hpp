// SPDX-License-Identifier: Apache-2.0
// The CMS of one PDF signature over what it covers. Private to libmyna/documents.
#pragma once

#include "myna/documents/report.hpp"
#include "pdf_verify.hpp"

namespace myna::pdf {

// A report with this check alone.
SignerReport only(SignatureCheck check);

// A signature (adbe.pkcs7.detached, ETSI.CAdES.detached) or a document time stamp (ETSI.RFC3161); any other kind is bad.
SignerReport judge_signature(const FoundSignature& found, const RandomAccess& bytes, const VerifyOptions& options);

}  // namespace myna::pdf
