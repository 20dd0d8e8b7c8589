// SPDX-License-Identifier: Apache-2.0
// --format asic: all files into one container, or one more signature into a container that exists.
#include "cli/files/named_files.hpp"
#include "myna/documents/asic.hpp"
#include "sign_format.hpp"

namespace myna::cli {
namespace {

constexpr std::string_view kZip = "PK\x03\x04";

bool is_container(const std::string& path) {
  auto file = FileStream::open(path);
  std::array<Byte, 4> start{};
  const auto count = file ? file->read(start) : Result<std::size_t>(std::size_t{0});
  return path.ends_with(".asice") && count && as_text(ByteView(start).first(*count)) == kZip;
}

}  // namespace

Result<std::unique_ptr<Document>> open_asic_files(const SignInput& input) {
  AsicRequest request{.form = input.options.profile == "cades" ? AsicForm::cades : AsicForm::xades,
                      .digest = chosen_digest(input.options), .time_stamper = input.stamper, .files = {}};
  const bool extends = input.paths.size() == 1 && is_container(input.paths.front());
  if (!extends) {
    for (const std::string& path : input.paths) request.files.push_back(std::filesystem::path(path).filename().string());
  }
  MYNA_TRY(auto document, read_asic(input_file(input.paths.front()), one_of(input.paths), request));
  return std::unique_ptr<Document>(std::move(document));
}

bool looks_like_asic(ByteView start, std::string_view) { return as_text(start).starts_with(kZip); }

Result<Verification> verify_asic_file(const VerifyInput& input) {
  if (!input.contents.empty()) return Verification{.reports = {}, .objection = content_objection(true, input)};
  MYNA_TRY(const auto reports, verify_asic(*input_file(input.path), input.options));
  return Verification{.reports = {reports.begin(), reports.end()}, .objection = {}};
}

}  // namespace myna::cli
