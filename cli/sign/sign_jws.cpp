// SPDX-License-Identifier: Apache-2.0
// --format jws: plain JWS or JAdES, and what myna verify takes for it, compact or JSON.
#include <algorithm>
#include <filesystem>

#include "cli/files/file_stream.hpp"
#include "myna/documents/jws.hpp"
#include "sign_format.hpp"

namespace myna::cli {
namespace {

constexpr std::string_view kCompactStart = "eyJ";   // base64url of {"

JwsSerialization serialization_of(const std::string& name) {
  if (name == "compact") return JwsSerialization::compact;
  return name == "flattened" ? JwsSerialization::flattened : JwsSerialization::general;
}

bool is_good(const SignerReport& report) {
  return std::ranges::none_of(report.checks,
                              [](const SignatureCheck& check) { return check.code == "signature" && check.result == CheckResult::bad; });
}

}  // namespace

Result<std::unique_ptr<Document>> open_jws_file(const SignInput& input) {
  const SignOptions& options = input.options;
  return open_jws(input_file(input.paths.front()), {.digest = chosen_digest(options),
                                                    .pss = options.jws.pss,
                                                    .jades = options.profile == "jades",
                                                    .detached = options.detached,
                                                    .serialization = serialization_of(options.jws.serialization),
                                                    .content_name = std::filesystem::path(input.paths.front()).filename().string(),
                                                    .time_stamper = input.stamper});
}

bool looks_like_jws(ByteView start, std::string_view) {
  std::string_view text = as_text(start);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  if (text.starts_with(kCompactStart)) return true;
  return text.starts_with('{') &&
         (text.find("\"protected\"") != std::string_view::npos || text.find("\"payload\"") != std::string_view::npos ||
          text.find("\"signatures\"") != std::string_view::npos);
}

Result<Verification> verify_jws_file(const VerifyInput& input) {
  MYNA_TRY(const Jws jws, Jws::read(*input_file(input.path)));
  const auto objection = content_objection(jws.attached(), input);
  if (jws.attached() && objection) return Verification{.reports = {}, .objection = objection};
  const InputPtr content = input.contents.empty() ? nullptr : input_file(input.contents.front());
  MYNA_TRY(auto reports, jws.verify(content.get(), input.options));
  Verification verified{.reports = std::move(reports), .objection = {}};
  // An empty payload looks like one that was left out: the signature tells.
  if (objection && !std::ranges::any_of(verified.reports, is_good)) verified.objection = objection;
  return verified;
}

}  // namespace myna::cli
