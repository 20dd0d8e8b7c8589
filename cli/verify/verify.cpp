// SPDX-License-Identifier: Apache-2.0
// myna verify: the signatures of a file, check by check. Exit 1 when anything checked is bad, and never 0 for a file without a signature.
#include <algorithm>

#include "myna/trust/holder_attributes.hpp"
#include "cli/context.hpp"
#include "cli/files/atomic_file.hpp"
#include "cli/files/file_stream.hpp"
#include "myna/core/dates.hpp"
#include "myna/core/enum_table.hpp"
#include "myna/documents/pdf_signature.hpp"
#include "verify_format.hpp"

namespace myna::cli {
namespace {

constexpr std::size_t kStart = 4096;   // bytes that a format is recognised by

struct CodeRow {
  std::string_view code;
  Text title;
};
constexpr std::array kTitles{
    CodeRow{"content", {"Content", "内容"}},           CodeRow{"signature", {"Signature", "署名値"}},
    CodeRow{"signing-certificate", {"Signing certificate", "署名証明書の指定"}}, CodeRow{"chain", {"Issuer", "発行者"}},
    CodeRow{"validity", {"Dates", "有効期間"}},        CodeRow{"key-usage", {"Key usage", "鍵用途"}},
    CodeRow{"policy", {"Policy", "証明書ポリシー"}},   CodeRow{"revocation", {"Revocation", "失効"}},
    CodeRow{"timestamp", {"Time stamp", "タイムスタンプ"}}, CodeRow{"form", {"Form", "形式"}},
    CodeRow{"references", {"References", "参照"}},     CodeRow{"coverage", {"Coverage", "署名対象"}},
    CodeRow{"container", {"Container", "コンテナ"}},
};

Text title_of(std::string_view code) {
  if (const auto row = std::ranges::find(kTitles, code, &CodeRow::code); row != kTitles.end()) return row->title;
  if (const auto row = std::ranges::find(kPdfCheckTitles, code, &PdfCheckTitle::code); row != kPdfCheckTitles.end()) return row->title;
  return {code, code};
}

struct ResultRow {
  std::string_view name;
  Text words;
};
constexpr auto kResults = rows_for<CheckResult, ResultRow>(
    {{"good", {"good", "良"}}, {"bad", {"BAD", "不正"}}, {"not-checked", {"not checked", "未確認"}}});

// YYYY-MM-DD, or with a time: YYYY-MM-DDTHH:MM:SSZ (UTC).
std::optional<std::chrono::sys_seconds> parse_time(const std::string& text) {
  if (const auto day = day_of_iso(text)) return std::chrono::sys_days(*day);
  const bool in_utc = text.size() == std::string_view("YYYY-MM-DDTHH:MM:SSZ").size();
  return in_utc ? time_of_iso(text) : std::nullopt;
}

// `subject` names the file that an error is about.
Result<std::vector<Bytes>> load(const std::vector<std::string>& files, std::string& subject) {
  std::vector<Bytes> loaded;
  for (const std::string& file : files) {
    subject = file;
    MYNA_TRY(std::vector<Bytes> ders, read_der_files(file));
    std::ranges::move(ders, std::back_inserter(loaded));
  }
  return loaded;
}

Result<VerifyOptions> verify_options(const VerifyArguments& arguments, std::string& subject) {
  VerifyOptions options;
  MYNA_TRY(options.trust_anchors, load(arguments.trust, subject));
  for (const Bytes& anchor : options.trust_anchors) MYNA_CHECK(parse_certificate(anchor));
  MYNA_TRY(options.crls, load(arguments.crls, subject));
  MYNA_TRY(options.ocsp_responses, load(arguments.ocsp_responses, subject));
  if (!arguments.at.empty()) options.at = parse_time(arguments.at);
  return options;
}

void show_stamps(Output& output, const std::vector<Stamp>& stamps, Json& json) {
  for (const Stamp& stamp : stamps) {
    const ResultRow& result = kResults[stamp.check.result];
    json["timestamps"].push_back(
        {{"time", stamp.time ? Json(iso_utc(*stamp.time)) : Json(nullptr)}, {"authority", stamp.authority}, {"result", result.name}});
    if (!stamp.time) continue;
    output.field({"Time stamp", "タイムスタンプ"}, japan_time(*stamp.time) + "  " + stamp.authority);
  }
}

void show(Output& output, const SignerReport& report) {
  const Words& words = output.words();
  Json json{{"good", report.good()}, {"signer", nullptr}, {"claimed_time", nullptr}, {"checks", Json::array()}};
  if (report.signer) {
    json["signer"] = report.signer->subject.text;
    output.field({"Signer", "署名者"}, report.signer->subject.text);
    if (const auto holder = holder_attributes(*report.signer)) {
      json["name"] = holder->name;
      output.field({"Name", "氏名"}, holder->name);
    }
  }
  if (report.claimed_time) {
    json["claimed_time"] = iso_utc(*report.claimed_time);
    output.field({"Time (the signer's own clock)", "署名時刻（署名者の時計）"}, japan_time(*report.claimed_time));
  }
  show_stamps(output, report.stamps, json);
  for (const std::string& what : report.covered) {
    json["covered"].push_back(what);
    output.field({"Signed", "署名の対象"}, what);
  }
  for (const SignatureCheck& check : report.checks) {
    const ResultRow& result = kResults[check.result];
    const std::string reason = words(check.reason);
    json["checks"].push_back({{"check", check.code}, {"result", result.name}, {"reason", reason}});
    output.field(title_of(check.code), words(result.words) + (reason.empty() ? "" : " - " + reason));
  }
  output.document()["signatures"].push_back(std::move(json));
}

Exit conclude(Output& output, bool good) {
  output.document()["good"] = good;
  output.line(output.words()(good ? Text{"The signature is good as far as it was checked.", "確認した範囲では正しい署名です。"}
                                  : Text{"The signature is NOT good.", "正しい署名ではありません。"}));
  return good ? Exit::good : Exit::bad;
}

constexpr Text kUnknownKind{"this is no signed file of a kind that is known", "署名されたファイルとして認識できません"};
constexpr Text kUnsigned{"this file is not signed", "このファイルには署名がありません"};

// What is no signature at all is checked and bad, and never a success.
Exit not_a_signature(Output& output, const Text& reason) {
  SignerReport report;
  report.checks = {{.code = "signature", .result = CheckResult::bad, .reason = reason}};
  show(output, report);
  return conclude(output, false);
}

Result<const VerifyFormat*> choose_format(const VerifyArguments& arguments) {
  for (const VerifyFormat& row : verify_formats()) {
    if (row.name == arguments.format) return &row;
  }
  MYNA_TRY(FileStream file, FileStream::open(arguments.file));
  Bytes start(kStart);
  MYNA_TRY(const std::size_t count, file.read(start));
  for (const VerifyFormat& row : verify_formats()) {
    if (row.recognise(ByteView(start).first(count), arguments.file)) return &row;
  }
  return nullptr;
}

Exit judge(Output& output, const Verification& verified) {
  if (verified.objection) return output.usage(*verified.objection);
  if (verified.reports.empty()) return not_a_signature(output, kUnsigned);
  for (const SignerReport& report : verified.reports) show(output, report);
  return conclude(output, std::ranges::all_of(verified.reports, &SignerReport::good));
}

// Which file an error of reading is about.
std::string unreadable(const VerifyArguments& arguments) {
  for (const std::string& path : arguments.contents) {
    if (!FileStream::open(path)) return path;
  }
  return arguments.file;
}

}  // namespace

std::optional<Text> content_objection(bool attached, const VerifyInput& input) {
  if (attached && !input.contents.empty()) {
    return Text{"The content is inside this signature: leave --content out.", "内容は署名に含まれています。--content は不要です。"};
  }
  if (!attached && input.contents.empty()) {
    return Text{"The content is not in this signature: give it with --content.",
                "内容が署名に含まれていません。--content で指定してください。"};
  }
  if (input.contents.size() > 1) {
    return Text{"This signature has one content: give --content once.", "この署名の内容は1つです。--content は1回だけ指定してください。"};
  }
  return std::nullopt;
}

std::span<const VerifyFormat> verify_formats() {
  static constexpr std::array kFormats{
      VerifyFormat{.name = "pdf", .recognise = looks_like_pdf, .verify = verify_pdf_file,
                   .damaged = {"this is no PDF, or it is damaged", "PDFではないか、壊れています"}},
      VerifyFormat{.name = "asic", .recognise = looks_like_asic, .verify = verify_asic_file,
                   .damaged = {"this is no ASiC container, or it is damaged", "ASiCコンテナではないか、壊れています"}},
      VerifyFormat{.name = "xml", .recognise = looks_like_xml, .verify = verify_xml_file,
                   .damaged = {"this is no XML document, or it is damaged", "XML文書ではないか、壊れています"}},
      VerifyFormat{.name = "cms", .recognise = looks_like_cms, .verify = verify_cms_file,
                   .damaged = {"this is no CMS signature, or it is damaged", "CMS署名ではないか、壊れています"}},
      VerifyFormat{.name = "jws", .recognise = looks_like_jws, .verify = verify_jws_file,
                   .damaged = {"this is no JWS, or it is damaged", "JWSではないか、壊れています"}},
  };
  return kFormats;
}

Exit run_verify(Context& context) {
  const VerifyArguments& arguments = context.invocation.verify;
  Output& output = context.output;
  output.document()["signatures"] = Json::array();
  if (!arguments.at.empty() && !parse_time(arguments.at)) {
    return output.usage({"--at takes YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ.", "--at は YYYY-MM-DD または YYYY-MM-DDTHH:MM:SSZ です。"});
  }
  std::string subject;
  const auto options = verify_options(arguments, subject);
  if (!options) return output.error(options.error(), subject);
  const auto format = choose_format(arguments);
  if (!format) return output.error(format.error(), arguments.file);
  if (*format == nullptr) return not_a_signature(output, kUnknownKind);
  output.document()["format"] = (*format)->name;
  const auto verified = (*format)->verify({.path = arguments.file, .contents = arguments.contents, .profile = arguments.profile,
                                           .options = *options});
  if (verified) return judge(output, *verified);
  if (verified.error().code == Errc::malformed) return not_a_signature(output, (*format)->damaged);
  return output.error(verified.error(), unreadable(arguments));
}

}  // namespace myna::cli
