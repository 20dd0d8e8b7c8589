// SPDX-License-Identifier: Apache-2.0
// The files that the settings name: KEYID.pem of trusted issuers (as `myna --trust` reads them), and the key of pseudonyms.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "myna/trust/trust_directory.hpp"
#include "settings.hpp"

namespace myna::kioskd {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kLeastServiceKey = 16, kMost = 64 * 1024;

Complaint about(const fs::path& file, Text text) {
  return {file.string() + ": " + std::string(text.en), file.string() + ": " + std::string(text.ja)};
}

std::optional<std::string> content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(stream), {}};
  if (!stream || content.size() > kMost) return std::nullopt;
  return content;
}

std::optional<Complaint> read_anchors(const std::string& directory, std::vector<CvAnchor>& anchors) {
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() != ".pem") continue;
    auto anchor = read_trust_file(entry->path());
    if (!anchor) return about(entry->path(), {"is not KEYID.pem with an RSA public key", "鍵ID.pem の形のRSA公開鍵ではありません"});
    anchors.push_back(*std::move(anchor));
  }
  return {};   // a directory that does not exist trusts nobody
}

std::optional<Complaint> read_service_key(const std::string& file, Bytes& key) {
  struct stat about_file{};
  if (::stat(file.c_str(), &about_file) != 0) return about(file, {"cannot be read", "読み取れません"});
  if ((about_file.st_mode & 077U) != 0) {
    return about(file, {"must be readable by its owner alone (chmod 600)", "所有者だけが読めるようにしてください（chmod 600）"});
  }
  const auto content = content_of(file);
  if (!content || content->size() < kLeastServiceKey) return about(file, {"must hold at least 16 random bytes", "16バイト以上の乱数でなければなりません"});
  const ByteView bytes = as_bytes(*content);
  key.assign(bytes.begin(), bytes.end());
  return {};
}

}  // namespace

std::optional<Complaint> read_trust(Settings& settings) {
  if (auto complaint = read_anchors(settings.trust, settings.kiosk.anchors)) return complaint;
  if (settings.kiosk.test_anchors) {
    for (CvAnchor& anchor : test_cv_anchors()) settings.kiosk.anchors.push_back(std::move(anchor));
  }
  if (settings.service_key_file.empty()) return {};
  return read_service_key(settings.service_key_file, settings.kiosk.service_key);
}

}  // namespace myna::kioskd
