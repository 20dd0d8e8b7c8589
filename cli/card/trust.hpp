// SPDX-License-Identifier: Apache-2.0
// Which issuers of card-verifiable certificates are trusted (docs/card/records.md: none is published).
#pragma once

#include "card_access.hpp"
#include "myna/trust/cv_certificate.hpp"

namespace myna::cli {

// The anchors in the directories of --trust, or in /etc/myna/trust without that option: files KEYID.pem, KEYID the 32 hexadecimal digits of
// the issuer's key id, each an RSA public key in PEM. For a virtual card those of the virtual cards too. Errors: storage_failed (a
// directory that was named does not open), malformed (a file that is no such key).
Result<std::vector<CvAnchor>> trusted_issuers(const Context& context, const ReaderInfo& reader);

}  // namespace myna::cli
