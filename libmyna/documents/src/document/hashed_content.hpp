// SPDX-License-Identifier: Apache-2.0
// A content's facts and its hash by the digest of the signature, in one pass. Private to libmyna/documents.
#pragma once

#include "myna/documents/document.hpp"

namespace myna {

struct HashedContent {
  DocumentFacts facts;
  Bytes hash;
};

// Errors: those of the source.
Result<HashedContent> hash_content(const ByteSource& source, Digest digest);
Result<HashedContent> hash_content(const DocumentInput& input, Digest digest);

}  // namespace myna
