// SPDX-License-Identifier: Apache-2.0
#include "cli/trust.hpp"

#include <algorithm>
#include <filesystem>

#include "cli/file_stream.hpp"
#include "myna/hex.hpp"

namespace myna::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSystemTrust = "/etc/myna/trust";
constexpr std::size_t kKeyId = 16;

std::string upper_cased(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

Result<CvAnchor> read_anchor(const fs::path& file) {
  MYNA_TRY(Bytes issuer, from_hex(upper_cased(file.stem().string())));
  if (issuer.size() != kKeyId) return fail(Errc::malformed);
  MYNA_TRY(const Bytes der, read_der_file(file.string()));
  MYNA_TRY(auto key, load_public_key(der));
  return CvAnchor{.issuer = std::move(issuer), .key = std::move(key)};
}

Status add_directory(const fs::path& directory, std::vector<CvAnchor>& anchors) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ".pem") files.push_back(entry->path());
  }
  if (error) return fail_native(Errc::storage_failed, error.value());
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    MYNA_TRY(CvAnchor anchor, read_anchor(file));
    anchors.push_back(std::move(anchor));
  }
  return {};
}

}  // namespace

Result<std::vector<CvAnchor>> trusted_issuers(const Context& context, const ReaderInfo& reader) {
  std::vector<CvAnchor> anchors;
  for (const std::string& directory : context.invocation.report.trust) MYNA_CHECK(add_directory(directory, anchors));
  std::error_code error;
  if (context.invocation.report.trust.empty() && fs::is_directory(kSystemTrust, error)) MYNA_CHECK(add_directory(kSystemTrust, anchors));
  if (reader.is_virtual) {
    for (CvAnchor& anchor : test_cv_anchors()) anchors.push_back(std::move(anchor));
  }
  return anchors;
}

}  // namespace myna::cli
