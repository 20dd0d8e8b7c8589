// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "cli/sign_format.hpp"
#include "cli/sign_job.hpp"

namespace myna::cli {
namespace {

constexpr std::array kFormats{
    SignFormat{.name = "cms", .ending = ".p7m", .detached_ending = ".p7s", .takes = kTakesDetached | kTakesDigest, .open = open_cms, .verify = verify_cms_file},
    SignFormat{.name = "raw", .ending = ".sig", .detached_ending = ".sig", .takes = kTakesDigest | kTakesCheck | kTakesAuthKey, .needs_certificates = false,
               .open = open_raw},
};

struct OptionRow {
  OptionGroups group;
  std::string_view name;
  bool (*given)(const SignOptions& options);
};
constexpr std::array kOptions{
    OptionRow{kTakesDetached, "--detached", [](const SignOptions& o) { return o.detached; }},
    OptionRow{kTakesDigest, "--digest", [](const SignOptions& o) { return o.digest != "sha256"; }},
    OptionRow{kTakesCheck, "--check", [](const SignOptions& o) { return o.check; }},
    OptionRow{kTakesTsa, "--tsa", [](const SignOptions& o) { return o.tsa.wanted(); }},
    OptionRow{kTakesPdf, "--name", [](const SignOptions& o) { return !o.pdf.name.empty(); }},
    OptionRow{kTakesPdf, "--reason", [](const SignOptions& o) { return !o.pdf.reason.empty(); }},
    OptionRow{kTakesPdf, "--location", [](const SignOptions& o) { return !o.pdf.location.empty(); }},
    OptionRow{kTakesPdf, "--field", [](const SignOptions& o) { return !o.pdf.field.empty(); }},
    OptionRow{kTakesPdf, "--visible", [](const SignOptions& o) { return o.pdf.visible.has_value(); }},
    OptionRow{kTakesPdf, "--picture", [](const SignOptions& o) { return !o.pdf.picture.empty(); }},
    OptionRow{kTakesXml, "--preset", [](const SignOptions& o) { return !o.xml.preset.empty(); }},
    OptionRow{kTakesXml, "--egov-uri", [](const SignOptions& o) { return o.xml.egov_uri != "raw"; }},
    OptionRow{kTakesXml, "--c14n", [](const SignOptions& o) { return o.xml.canonicalization != "inclusive"; }},
    OptionRow{kTakesXml, "--enveloping", [](const SignOptions& o) { return o.xml.enveloping; }},
    OptionRow{kTakesXml, "--xades", [](const SignOptions& o) { return o.xml.xades; }},
    OptionRow{kTakesJws, "--serialization", [](const SignOptions& o) { return o.jws.serialization != "compact"; }},
    OptionRow{kTakesJws, "--pss", [](const SignOptions& o) { return o.jws.pss; }},
};

constexpr Text kNoOutput{"Say where the signature goes: -o OUT or --out-dir DIR.", "出力先を -o または --out-dir で指定してください。"};
constexpr Text kManyFiles{"Several files need --out-dir.", "複数のファイルには --out-dir が必要です。"};
constexpr Text kAuthKey{"The authentication key signs no documents; use --key sign.", "利用者証明用の鍵では文書に署名できません。--key sign を使ってください。"};
constexpr Text kSameName{"Two of the files have the same name.", "同じ名前のファイルがあります。"};
constexpr Text kPictureHidden{"--picture needs --visible.", "--picture には --visible が必要です。"};
constexpr Text kTwoForms{"--detached and --enveloping exclude each other.", "--detached と --enveloping は同時に指定できません。"};

bool same_outputs(const SignFormat& format, const SignOptions& options) {
  std::set<std::string> outputs;
  return !format.gathers && std::ranges::any_of(options.files, [&](const std::string& file) { return !outputs.insert(output_of(format, options, file)).second; });
}

struct ObjectionRow {
  bool (*applies)(const SignFormat& format, const SignOptions& options);
  Text text;
};
constexpr std::array kObjections{
    ObjectionRow{[](const SignFormat&, const SignOptions& o) { return o.output.empty() && o.output_directory.empty(); }, kNoOutput},
    ObjectionRow{[](const SignFormat& f, const SignOptions& o) { return !f.gathers && o.files.size() > 1 && o.output_directory.empty(); }, kManyFiles},
    ObjectionRow{[](const SignFormat& f, const SignOptions& o) { return o.key == "auth" && (f.takes & kTakesAuthKey) == 0; }, kAuthKey},
    ObjectionRow{same_outputs, kSameName},
    ObjectionRow{[](const SignFormat&, const SignOptions& o) { return !o.pdf.picture.empty() && !o.pdf.visible; }, kPictureHidden},
    ObjectionRow{[](const SignFormat&, const SignOptions& o) { return o.detached && o.xml.enveloping; }, kTwoForms},
};

}  // namespace

std::span<const SignFormat> sign_formats() { return kFormats; }

const SignFormat& sign_format(std::string_view name) { return *std::ranges::find(kFormats, name, &SignFormat::name); }

Digest chosen_digest(const SignOptions& options) { return *digest_by_name(options.digest); }

std::string chosen_profile(const SignFormat& format, const SignOptions& options) {
  if (!options.profile.empty() || format.profiles.empty()) return options.profile;
  return std::string(format.profiles.front());
}

std::optional<std::string> sign_objection(const SignFormat& format, const SignOptions& options, const Words& words) {
  for (const OptionRow& row : kOptions) {
    if ((format.takes & row.group) == 0 && row.given(options)) {
      return "--format " + std::string(format.name) + words({" does not take ", " では使えないオプションです: "}) + std::string(row.name);
    }
  }
  if (!options.profile.empty() && std::ranges::find(format.profiles, options.profile) == format.profiles.end()) {
    return "--format " + std::string(format.name) + words({" has no profile ", " にないプロファイルです: "}) + options.profile;
  }
  for (const ObjectionRow& row : kObjections) {
    if (row.applies(format, options)) return words(row.text);
  }
  return std::nullopt;
}

}  // namespace myna::cli
