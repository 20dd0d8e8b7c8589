// SPDX-License-Identifier: Apache-2.0
// XAdES properties of a signature: covered by it, naming its certificate, time-stamped. Private to libmyna/documents.
#pragma once

#include <vector>

#include "myna/documents/xml_signature.hpp"
#include "xml_reference.hpp"
#include "xml_structure.hpp"

namespace myna::xml {

struct XadesOutcome {
  SignatureCheck signing_certificate;
  std::vector<Stamp> stamps;
  std::optional<std::chrono::sys_seconds> claimed_time;
};

// `signer`: DER of the certificate that the value fits; empty when none does.
XadesOutcome check_xades(const SignatureParts& parts, const std::vector<ReferenceOutcome>& outcomes, ByteView signer,
                         const VerifyOptions& options);

}  // namespace myna::xml
