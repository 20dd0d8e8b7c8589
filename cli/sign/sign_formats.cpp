// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "sign_format.hpp"
#include "sign_job.hpp"

namespace myna::cli {
namespace {

constexpr std::array<std::string_view, 2> kPdfProfiles{"moj", "pades"}, kAsicProfiles{"xades", "cades"};
constexpr std::array<std::string_view, 2> kJwsProfiles{"jws", "jades"};

constexpr std::array kFormats{
    SignFormat{.name = "cms", .ending = ".p7m", .detached_ending = ".p7s", .takes = kTakesDetached | kTakesDigest | kTakesTsa,
               .open = open_cms_file, .verify = verify_cms_file},
    SignFormat{.name = "raw", .ending = ".sig", .detached_ending = ".sig", .takes = kTakesDigest | kTakesCheck | kTakesAuthKey,
               .needs_certificates = false,
               .open = open_raw_file},
    SignFormat{.name = "pdf", .ending = ".pdf", .detached_ending = ".pdf", .profiles = kPdfProfiles,
               .takes = kTakesDigest | kTakesTsa | kTakesPdf,
               .open = open_pdf_file, .verify = verify_pdf_file},
    SignFormat{.name = "xml", .ending = ".xml", .detached_ending = ".sig.xml",
               .takes = kTakesDetached | kTakesDigest | kTakesTsa | kTakesXml,
               .open = open_xml_file, .verify = verify_xml_file},
    SignFormat{.name = "asic", .ending = ".asice", .detached_ending = ".asice", .profiles = kAsicProfiles,
               .takes = kTakesDigest | kTakesTsa,
               .gathers = true, .open = open_asic_files, .verify = verify_asic_file},
    SignFormat{.name = "jws", .ending = ".jws", .detached_ending = ".jws", .profiles = kJwsProfiles,
               .takes = kTakesDetached | kTakesDigest | kTakesTsa | kTakesJws | kTakesAuthKey,
               .open = open_jws_file, .verify = verify_jws_file},
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
    OptionRow{kTakesXml, "--refer", [](const SignOptions& o) { return !o.xml.files.empty(); }},
    OptionRow{kTakesXml, "--xades", [](const SignOptions& o) { return o.xml.xades; }},
    OptionRow{kTakesJws, "--serialization", [](const SignOptions& o) { return o.jws.serialization != "compact"; }},
    OptionRow{kTakesJws, "--pss", [](const SignOptions& o) { return o.jws.pss; }},
};

constexpr Text kNoOutput{"Say where the signature goes: -o OUT or --out-dir DIR.", "出力先を -o または --out-dir で指定してください。"};
constexpr Text kManyFiles{"Several files need --out-dir.", "複数のファイルには --out-dir が必要です。"};
constexpr Text kAuthKey{"The authentication key signs no documents; use --key sign.", "利用者証明用の鍵では文書に署名できません。--key sign を使ってください。"};
constexpr Text kSameName{"Two of the files have the same name.", "同じ名前のファイルがあります。"};
constexpr Text kPictureHidden{"--picture needs --visible.", "--picture には --visible が必要です。"};
constexpr Text kTsaScheme{"--tsa takes an http or https address.", "--tsa には http または https のURLを指定してください。"};
constexpr Text kTsaAddress{"No account belongs into the address: use --tsa-user and --tsa-password-file.",
                           "URLにアカウントを含めず、--tsa-user と --tsa-password-file を使ってください。"};
constexpr Text kTsaClear{"--tsa-user needs an https address: the password would go over the network in clear text.",
                         "--tsa-user には https のURLが必要です（パスワードが平文で送られます）。"};
constexpr Text kTsaAccount{"--tsa-user and --tsa-password-file belong together.", "--tsa-user と --tsa-password-file は一緒に指定してください。"};
constexpr Text kTsaPair{"--tsa-cert and --tsa-key belong together.", "--tsa-cert と --tsa-key は一緒に指定してください。"};
constexpr Text kTsaFiles{"--tsa-query-out and --tsa-reply-in belong together, and take the place of --tsa.",
                         "--tsa-query-out と --tsa-reply-in は一緒に、--tsa の代わりに指定してください。"};
constexpr Text kTsaMany{"--tsa-query-out is for one output at a time.", "--tsa-query-out は一度に1つの出力だけに使えます。"};
constexpr Text kTsaMissing{"This option needs --tsa.", "このオプションには --tsa が必要です。"};
constexpr Text kMojStamp{"The profile moj takes no time stamp; use --profile pades.",
                         "プロファイル moj ではタイムスタンプを付けられません。--profile pades を使ってください。"};
constexpr Text kJwsStamp{"A time stamp needs --profile jades and --serialization flattened or general.",
                         "タイムスタンプには --profile jades と --serialization flattened または general が必要です。"};
constexpr Text kJwsPss{"--pss goes with --digest sha256 only.", "--pss は --digest sha256 とだけ使えます。"};
constexpr Text kTwoForms{"--detached and --enveloping exclude each other.", "--detached と --enveloping は同時に指定できません。"};

bool same_outputs(const SignFormat& format, const SignOptions& options) {
  std::set<std::string> outputs;
  return !format.gathers && std::ranges::any_of(options.files, [&](const std::string& file) {
    return !outputs.insert(output_of(format, options, file)).second;
  });
}

// A password in clear text goes to this machine only.
bool password_in_clear(const SignOptions& options) {
  const std::string& url = options.tsa.url;
  const bool here = url.starts_with("http://127.0.0.1:") || url.starts_with("http://localhost:") || url.starts_with("http://[::1]:");
  return !options.tsa.user.empty() && !url.starts_with("https://") && !here;
}

bool unknown_scheme(const std::string& url) { return !url.empty() && !url.starts_with("https://") && !url.starts_with("http://"); }

// A time stamp stands in the unsigned header, which the compact form does not have, and plain JWS has no name for it.
bool no_place_for_stamp(const SignFormat& format, const SignOptions& options) {
  return (format.takes & kTakesJws) != 0 && options.tsa.wanted() && (options.profile != "jades" || options.jws.serialization == "compact");
}

// An account in the address would stand in the list of processes, and "http://127.0.0.1:80@elsewhere/" is not this machine.
bool account_in_address(const std::string& url) {
  const auto host = url.find("://");
  return host != std::string::npos && url.substr(host + 3, url.find_first_of("/?#", host + 3) - host - 3).find('@') != std::string::npos;
}

bool is_one_output(const SignFormat& format, const SignOptions& options) { return format.gathers || options.files.size() == 1; }

bool has_access_options(const TsaOptions& t) {
  return !t.user.empty() || !t.password_file.empty() || !t.certificate.empty() || !t.key.empty() || !t.headers.empty();
}

struct ObjectionRow {
  bool (*applies)(const SignFormat& format, const SignOptions& options);
  Text text;
};
constexpr std::array kObjections{
    ObjectionRow{[](const SignFormat&, const SignOptions& o) { return o.output.empty() && o.output_directory.empty(); }, kNoOutput},
    ObjectionRow{[](const SignFormat& f, const SignOptions& o) { return !f.gathers && o.files.size() > 1 && o.output_directory.empty(); },
                 kManyFiles},
    ObjectionRow{[](const SignFormat& f, const SignOptions& o) { return o.key == "auth" && (f.takes & kTakesAuthKey) == 0; }, kAuthKey},
    ObjectionRow{same_outputs, kSameName},
    ObjectionRow{[](const SignFormat&, const SignOptions& o) { return !o.pdf.picture.empty() && !o.pdf.visible; }, kPictureHidden},
    ObjectionRow{[](const SignFormat&, const SignOptions& o) { return o.detached && o.xml.enveloping; }, kTwoForms},
    ObjectionRow{[](const SignFormat& f, const SignOptions& o) { return f.name == "pdf" && o.tsa.wanted() && o.profile != "pades"; },
                 kMojStamp},
    ObjectionRow{no_place_for_stamp, kJwsStamp},
    ObjectionRow{[](const SignFormat&, const SignOptions& o) { return o.jws.pss && o.digest != "sha256"; }, kJwsPss},
    ObjectionRow{[](const SignFormat&, const SignOptions& o) { return unknown_scheme(o.tsa.url); }, kTsaScheme},
    ObjectionRow{[](const SignFormat&, const SignOptions& o) { return account_in_address(o.tsa.url); }, kTsaAddress},
    ObjectionRow{[](const SignFormat&, const SignOptions& o) { return password_in_clear(o); }, kTsaClear},
    ObjectionRow{[](const SignFormat&, const SignOptions& o) { return o.tsa.user.empty() != o.tsa.password_file.empty(); }, kTsaAccount},
    ObjectionRow{[](const SignFormat&, const SignOptions& o) { return o.tsa.certificate.empty() != o.tsa.key.empty(); }, kTsaPair},
    ObjectionRow{[](const SignFormat&, const SignOptions& o) { return o.tsa.query_out.empty() != o.tsa.reply_in.empty(); }, kTsaFiles},
    ObjectionRow{[](const SignFormat&, const SignOptions& o) { return !o.tsa.url.empty() && !o.tsa.query_out.empty(); }, kTsaFiles},
    ObjectionRow{[](const SignFormat& f, const SignOptions& o) { return !o.tsa.query_out.empty() && !is_one_output(f, o); }, kTsaMany},
    ObjectionRow{[](const SignFormat&, const SignOptions& o) { return o.tsa.url.empty() && has_access_options(o.tsa); }, kTsaMissing},
    ObjectionRow{[](const SignFormat&, const SignOptions& o) { return !o.tsa.wanted() && !o.tsa.trust.empty(); }, kTsaMissing},
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
