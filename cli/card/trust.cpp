// SPDX-License-Identifier: Apache-2.0
#include "trust.hpp"

#include <filesystem>

#include "myna/trust/trust_directory.hpp"

namespace myna::cli {
namespace {

Status add_directory(const std::filesystem::path& directory, std::vector<CvAnchor>& anchors) {
  MYNA_TRY(auto some, read_trust_directory(directory));
  for (CvAnchor& anchor : some) anchors.push_back(std::move(anchor));
  return {};
}

}  // namespace

Result<std::vector<CvAnchor>> trusted_issuers(const Context& context, const ReaderInfo& reader) {
  std::vector<CvAnchor> anchors;
  for (const std::string& directory : context.invocation.report.trust) MYNA_CHECK(add_directory(directory, anchors));
  std::error_code error;
  const bool by_system = context.invocation.report.trust.empty() && std::filesystem::is_directory(kSystemTrust, error);
  if (by_system) MYNA_CHECK(add_directory(kSystemTrust, anchors));
  if (reader.is_virtual) {
    for (CvAnchor& anchor : test_cv_anchors()) anchors.push_back(std::move(anchor));
  }
  return anchors;
}

}  // namespace myna::cli
