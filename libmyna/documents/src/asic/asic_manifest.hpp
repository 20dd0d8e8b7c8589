// SPDX-License-Identifier: Apache-2.0
// ASiCManifest (EN 319 162-1, A.4): the list of files that a CAdES signature covers. Private to libmyna/documents.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "asic_container.hpp"
#include "myna/crypto/crypto.hpp"

namespace myna {

struct ManifestEntry {
  std::string name;
  Bytes digest;
};
Result<Bytes> write_manifest(const std::string& signature_name, const std::vector<ManifestEntry>& entries, Digest digest);

struct ManifestOutcome {
  std::optional<Text> problem;          // none: every file is what the manifest says
  std::string signature_name;           // empty when the manifest cannot be read
  std::vector<std::string> files;       // whose digest is right
};
ManifestOutcome check_manifest(ByteView manifest, const Container& container);

}  // namespace myna
