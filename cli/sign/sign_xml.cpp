// SPDX-License-Identifier: Apache-2.0
// --format xml: XML-DSig and XAdES, and the forms of e-Gov and 登記.
#include <algorithm>

#include "cli/files/named_files.hpp"
#include "sign_format.hpp"

namespace myna::cli {
namespace {

struct PresetRow {
  std::string_view name;
  XmlForm form;
  bool names_itself;   // the signature refers to the input as a file
};
constexpr std::array kPresets{PresetRow{"egov", XmlForm::egov, false}, PresetRow{"egov-files", XmlForm::egov_files, false},
                              PresetRow{"touki-drawing", XmlForm::touki_drawing, true}};

PresetRow form_of(const SignOptions& options) {
  const auto preset = std::ranges::find(kPresets, options.xml.preset, &PresetRow::name);
  if (preset != kPresets.end()) return *preset;
  if (options.detached) return {"", XmlForm::detached, true};
  return {"", options.xml.enveloping ? XmlForm::enveloping : XmlForm::enveloped, false};
}

std::string_view without_mark(ByteView start) {
  std::string_view text = as_text(start);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
}

}  // namespace

Result<std::unique_ptr<Document>> open_xml_file(const SignInput& input) {
  const std::string& path = input.paths.front();
  const PresetRow form = form_of(input.options);
  std::vector<std::string> files = input.options.xml.files;
  if (form.names_itself) files.insert(files.begin(), std::filesystem::path(path).filename().string());
  const XmlRequest request{.form = form.form,
                           .digest = chosen_digest(input.options),
                           .exclusive = input.options.xml.canonicalization == "exclusive",
                           .xades = input.options.xml.xades,
                           .time_stamper = input.stamper,
                           .escaped_uri = input.options.xml.egov_uri == "escaped",
                           .files = std::move(files)};
  MYNA_TRY(auto document, read_xml(input_file(path), files_below(folder_of(path)), request));
  return std::unique_ptr<Document>(std::move(document));
}

bool looks_like_xml(ByteView start, std::string_view) {
  const std::string_view text = without_mark(start);
  return text.starts_with('<') || text.starts_with("\xFE\xFF") || text.starts_with("\xFF\xFE");
}

Result<Verification> verify_xml_file(const VerifyInput& input) {
  XmlVerifyOptions options;
  static_cast<VerifyOptions&>(options) = input.options;
  options.files = named_files(input);
  MYNA_TRY(const auto reports, verify_xml(*input_file(input.path), options));
  return Verification{.reports = {reports.begin(), reports.end()}, .objection = {}};
}

}  // namespace myna::cli
