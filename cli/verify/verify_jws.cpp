// SPDX-License-Identifier: Apache-2.0
// myna verify for JWS, compact or JSON.
#include <algorithm>

#include "cli/files/file_stream.hpp"
#include "myna/documents/jws.hpp"
#include "verify_format.hpp"

namespace myna::cli {
namespace {

constexpr std::size_t kMaxFile = 2 * kMaxJwsContent;
constexpr std::string_view kCompactStart = "eyJ";   // base64url of {"

Result<Bytes> read_file(const std::string& path, std::size_t limit) {
  MYNA_TRY(FileStream file, FileStream::open(path));
  return file.read_all(limit);
}

bool is_good(const SignerReport& report) {
  return std::ranges::none_of(report.checks,
                              [](const SignatureCheck& check) { return check.code == "signature" && check.result == CheckResult::bad; });
}

}  // namespace

bool looks_like_jws(ByteView start, std::string_view) {
  std::string_view text = as_text(start);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  if (text.starts_with(kCompactStart)) return true;
  return text.starts_with('{') &&
         (text.find("\"protected\"") != std::string_view::npos || text.find("\"payload\"") != std::string_view::npos ||
          text.find("\"signatures\"") != std::string_view::npos);
}

Result<Verification> verify_jws_file(const VerifyInput& input) {
  MYNA_TRY(const Bytes text, read_file(input.path, kMaxFile));
  MYNA_TRY(const Jws jws, Jws::parse(text));
  const auto objection = content_objection(jws.attached(), input);
  if (jws.attached() && objection) return Verification{.reports = {}, .objection = objection};
  Bytes content;
  if (!input.contents.empty()) {
    MYNA_TRY(content, read_file(input.contents.front(), kMaxJwsContent));
  }
  Verification verified{.reports = jws.verify(content, input.options), .objection = {}};
  // An empty payload looks like one that was left out: the signature tells.
  if (objection && !std::ranges::any_of(verified.reports, is_good)) verified.objection = objection;
  return verified;
}

}  // namespace myna::cli
