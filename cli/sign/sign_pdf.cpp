// SPDX-License-Identifier: Apache-2.0
// --format pdf: one appended revision, in the profile of the registry (moj) or of ETSI (pades).
#include "cli/files/file_stream.hpp"
#include "myna/documents/pdf_signature.hpp"
#include "sign_format.hpp"

namespace myna::cli {
namespace {

std::optional<PdfVisible> visible_of(const PdfOptions& options) {
  if (!options.visible) return std::nullopt;
  const VisibleBox& box = *options.visible;
  return PdfVisible{.page = box.page, .x = box.x, .y = box.y, .width = box.width, .height = box.height, .picture = options.picture};
}

}  // namespace

Result<std::unique_ptr<Document>> open_pdf_file(const SignInput& input) {
  const PdfOptions& given = input.options.pdf;
  const PdfSignatureOptions options{.profile = input.options.profile == "pades" ? PdfProfile::pades : PdfProfile::moj,
                                    .digest = chosen_digest(input.options),
                                    .name = given.name,
                                    .reason = given.reason,
                                    .location = given.location,
                                    .contact = {},
                                    .field = given.field,
                                    .visible = visible_of(given),
                                    .time_stamper = input.stamper};
  return open_pdf(input_file(input.paths.front()), options);
}

bool looks_like_pdf(ByteView start, std::string_view) {
  return as_text(start.first(std::min<std::size_t>(start.size(), 1024))).find("%PDF-") != std::string_view::npos;
}

Result<Verification> verify_pdf_file(const VerifyInput& input) {
  if (!input.contents.empty()) return Verification{.reports = {}, .objection = content_objection(true, input)};
  MYNA_TRY(auto reports, verify_pdf(*input_file(input.path), {.certificates = input.options, .moj = input.profile == "moj"}));
  return Verification{.reports = std::move(reports), .objection = {}};
}

}  // namespace myna::cli
