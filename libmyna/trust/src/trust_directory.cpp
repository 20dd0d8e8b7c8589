// SPDX-License-Identifier: Apache-2.0
#include "myna/trust/trust_directory.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>

#include "myna/core/hex.hpp"
#include "myna/crypto/pem.hpp"

namespace myna {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kIssuerId = 16;

std::string upper_cased(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

}  // namespace

Result<CvAnchor> read_trust_file(const fs::path& file) {
  MYNA_TRY(Bytes issuer, from_hex(upper_cased(file.stem().string())));
  if (issuer.size() != kIssuerId) return fail(Errc::malformed);
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) return fail_native(Errc::storage_failed, errno);
  MYNA_TRY(const Bytes der, der_from_pem(as_bytes(text)));
  MYNA_TRY(auto key, load_public_key(der));
  return CvAnchor{.issuer = std::move(issuer), .key = std::move(key)};
}

Result<std::vector<CvAnchor>> read_trust_directory(const fs::path& directory) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ".pem") files.push_back(entry->path());
  }
  if (error) return fail_native(Errc::storage_failed, error.value());
  std::ranges::sort(files);
  std::vector<CvAnchor> anchors;
  for (const fs::path& file : files) {
    MYNA_TRY(CvAnchor anchor, read_trust_file(file));
    anchors.push_back(std::move(anchor));
  }
  return anchors;
}

}  // namespace myna
