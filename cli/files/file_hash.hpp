// SPDX-License-Identifier: Apache-2.0
// A file's facts and its hash by the digest of the signature, in one pass.
#pragma once

#include "file_stream.hpp"
#include "myna/documents/document.hpp"

namespace myna::cli {

struct FileHash {
  DocumentFacts facts;
  Bytes hash;
};

// Errc::storage_failed.
inline Result<FileHash> hash_file(const std::string& path, Digest digest) {
  FileHash file;
  const auto sha256 = make_hasher(Digest::sha256);
  const auto other = digest == Digest::sha256 ? nullptr : make_hasher(digest);
  MYNA_CHECK(for_each_piece(*input_file(path), [&](ByteView piece) {
    sha256->update(piece);
    if (other) other->update(piece);
    file.facts.bytes += piece.size();
    return Status{};
  }));
  file.facts.sha256 = sha256->finish();
  file.hash = other ? other->finish() : file.facts.sha256;
  return file;
}

}  // namespace myna::cli
