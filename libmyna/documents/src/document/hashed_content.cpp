// SPDX-License-Identifier: Apache-2.0
#include "hashed_content.hpp"

namespace myna {

Result<HashedContent> hash_content(const ByteSource& source, Digest digest) {
  HashedContent content;
  const auto sha256 = make_hasher(Digest::sha256);
  const auto other = digest == Digest::sha256 ? nullptr : make_hasher(digest);
  MYNA_CHECK(for_each_piece(source, [&](ByteView piece) {
    sha256->update(piece);
    if (other) other->update(piece);
    content.facts.bytes += piece.size();
    return Status{};
  }));
  content.facts.sha256 = sha256->finish();
  content.hash = other ? other->finish() : content.facts.sha256;
  return content;
}

Result<HashedContent> hash_content(const DocumentInput& input, Digest digest) {
  MYNA_TRY(const ByteSource source, input.open());
  return hash_content(source, digest);
}

}  // namespace myna
