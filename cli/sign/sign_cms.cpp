// SPDX-License-Identifier: Apache-2.0
// --format cms, and what myna verify takes for it.
#include "cli/files/file_stream.hpp"
#include "myna/crypto/pem.hpp"
#include "myna/documents/cms.hpp"
#include "sign_format.hpp"

namespace myna::cli {

Result<std::unique_ptr<Document>> open_cms_file(const SignInput& input) {
  return open_cms(input_file(input.paths.front()),
                  {.digest = chosen_digest(input.options), .detached = input.options.detached, .time_stamper = input.stamper});
}

bool looks_like_cms(ByteView start, std::string_view) {
  constexpr Byte kSequence = 0x30;
  return as_text(start).starts_with(kPemBegin) || (!start.empty() && start.front() == kSequence);
}

Result<Verification> verify_cms_file(const VerifyInput& input) {
  MYNA_TRY(const SignedCms cms, SignedCms::read(*input_file(input.path)));
  if (auto text = content_objection(cms.attached(), input)) return Verification{.reports = {}, .objection = text};
  const InputPtr content = cms.attached() ? nullptr : input_file(input.contents.front());
  MYNA_TRY(auto reports, cms.verify(content.get(), input.options));
  return Verification{.reports = std::move(reports), .objection = {}};
}

}  // namespace myna::cli
