// SPDX-License-Identifier: Apache-2.0
// Bare signatures: the PKCS#1 v1.5 value over the DigestInfo of a file (RFC 8017, 8.2), and nothing around it.
#pragma once

#include "myna/documents/document.hpp"

namespace myna {

// Reads and hashes the content. Its signature is checked with the signer's certificate when the identity has one. Errors: those of the
// input.
Result<std::unique_ptr<Document>> open_raw(const InputPtr& content, Digest digest);

}  // namespace myna
