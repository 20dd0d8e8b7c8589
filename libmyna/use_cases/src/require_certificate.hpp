// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "myna/card/applications/jpki.hpp"

namespace myna {

// Errc::certificate_absent when EF 0008, or where it says nothing the file itself, tells that the card does not hold it.
Status require_certificate(JpkiApplication& jpki, CertificateKind kind);

}  // namespace myna
