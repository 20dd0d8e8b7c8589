// SPDX-License-Identifier: Apache-2.0
// Names and extensions of a certificate as CertificateFields shows them.
#pragma once

#include <openssl/x509.h>

#include "myna/crypto/crypto.hpp"

namespace myna::openssl {

Name name_of(const X509_NAME* name);

// Extensions that are absent or damaged leave their fields empty.
void read_extensions(X509* certificate, CertificateFields& fields);

}  // namespace myna::openssl
