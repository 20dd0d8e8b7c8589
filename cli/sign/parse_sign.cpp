// SPDX-License-Identifier: Apache-2.0
#include "parse_sign.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>

#include "cli/verify/verify_format.hpp"
#include "sign_format.hpp"

namespace myna::cli {
namespace {

template <typename Rows>
CLI::IsMember names_of(const Rows& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.emplace_back(row.name);
  return CLI::IsMember(names);
}

// Options of formats that this program has.
bool any_takes(OptionGroups group) {
  return std::ranges::any_of(sign_formats(), [group](const SignFormat& format) { return (format.takes & group) != 0; });
}

// PAGE,X,Y,W,H; nothing else on the line.
std::optional<VisibleBox> parse_box(const std::string& text) {
  VisibleBox box;
  int used = 0;
  const int found = std::sscanf(text.c_str(), "%u,%lf,%lf,%lf,%lf%n", &box.page, &box.x, &box.y, &box.width, &box.height, &used);
  const bool whole = found == 5 && text.size() == static_cast<std::size_t>(used) && text.front() != '-';
  return whole && box.page > 0 && box.width > 0 && box.height > 0 ? std::optional(box) : std::nullopt;
}

// Adds options with their help in the chosen language.
class Adder {
 public:
  Adder(CLI::App& app, const Words& words) : app_(app), words_(words) {}
  template <typename T>
  CLI::Option* option(const char* name, T& to, const Text& help) { return app_.add_option(name, to, words_(help)); }
  CLI::Option* flag(const char* name, bool& to, const Text& help) { return app_.add_flag(name, to, words_(help)); }

 private:
  CLI::App& app_;
  Words words_;
};

void add_common(Adder& add, SignOptions& s) {
  add.option("FILE", s.files, {"Files to sign", "署名するファイル"})->required();
  CLI::Option* out = add.option("-o,--output", s.output, {"Output for one file; - for standard output", "出力先（1ファイル時。- は標準出力）"});
  add.option("--out-dir", s.output_directory, {"Directory for the outputs", "出力を置くディレクトリ"})->excludes(out);
  add.option("--format", s.format, {"Format of the signature, see man myna (cms without)", "署名の形式（man myna を参照。省略時は cms）"})
      ->check(names_of(sign_formats()));
  add.option("--profile", s.profile, {"Profile of the format, see man myna", "形式のプロファイル（man myna を参照）"});
  add.option("--key", s.key, {"Key: sign (default) or auth (raw and jws only)", "鍵: sign（既定）または auth（raw, jws のみ）"})
      ->check(CLI::IsMember({"sign", "auth"}));
  add.option("--digest", s.digest, {"sha256 (default), sha384 or sha512", "sha256（既定）, sha384, sha512"})
      ->check(CLI::IsMember({"sha256", "sha384", "sha512"}));
  add.flag("--check", s.check, {"raw: check the result with the card's certificate", "raw: カードの証明書で結果を検証"});
  add.flag("--detached", s.detached, {"Leave the content out of the signature", "署名に内容を含めない"});
  add.flag("--force", s.force, {"Replace an existing output", "既存の出力を上書き"});
}

void add_time_stamp(Adder& add, TsaOptions& t) {
  add.option("--tsa", t.url, {"Time stamps from this authority (http or https)", "タイムスタンプ局のURL（http, https）"});
  add.option("--tsa-user", t.user, {"Account at the authority", "タイムスタンプ局のユーザー名"});
  add.option("--tsa-password-file", t.password_file, {"File with its password (mode 0600)", "パスワードのファイル（モード0600）"});
  add.option("--tsa-cert", t.certificate, {"Certificate to log in there with (PEM)", "接続に使うクライアント証明書（PEM）"});
  add.option("--tsa-key", t.key, {"Its key (PEM)", "その秘密鍵（PEM）"});
  add.option("--tsa-header", t.headers, {"NAME: VALUE, sent along", "追加のHTTPヘッダー（名前: 値）"});
  add.option("--tsa-trust", t.trust, {"Root of the authority: only its time stamps are taken", "信頼するタイムスタンプ局のルート証明書"});
  add.option("--tsa-query-out", t.query_out, {"Without network: write the query here", "オフライン: 要求の書き出し先"});
  add.option("--tsa-reply-in", t.reply_in, {"Without network: wait for the reply here", "オフライン: 応答のファイル（現れるまで待つ）"});
}

void add_pdf(Adder& add, PdfOptions& p) {
  add.option("--name", p.name, {"pdf: name of the signer (of the certificate without)", "pdf: 署名者名（省略時は電子証明書の氏名）"});
  add.option("--reason", p.reason, {"pdf: reason", "pdf: 理由"});
  add.option("--location", p.location, {"pdf: location", "pdf: 場所"});
  add.option("--field", p.field, {"pdf: name of the signature field", "pdf: 署名フィールド名"});
  add.option("--picture", p.picture, {"pdf: picture of a visible signature (PNG)", "pdf: 可視署名の画像（PNG）"});
}

void add_visible(CLI::App& app, const Words& words, PdfOptions& p) {
  app.add_option_function<std::string>(
         "--visible",
         [&p](const std::string& text) {
           p.visible = parse_box(text);
           if (!p.visible) throw CLI::ValidationError("--visible", "PAGE,X,Y,W,H");
         },
         words({"pdf: show the signature there: PAGE,X,Y,W,H in points", "pdf: 可視署名の位置（ページ,X,Y,幅,高さ。単位はポイント）"}))
      ->option_text("PAGE,X,Y,W,H");
}

void add_xml(Adder& add, XmlOptions& x) {
  add.option("--preset", x.preset, {"xml: egov, egov-files or touki-drawing", "xml: egov, egov-files または touki-drawing"})
      ->check(CLI::IsMember({"egov", "egov-files", "touki-drawing"}));
  add.option("--refer", x.files, {"xml: a file beside the document that the signature covers too", "xml: 署名対象に加えるファイル（文書と同じ場所）"});
  add.option("--egov-uri", x.egov_uri, {"xml: reference of egov, raw (default) or escaped", "xml: egov の参照の書き方 raw（既定）または escaped"})
      ->check(CLI::IsMember({"raw", "escaped"}));
  add.option("--c14n", x.canonicalization, {"xml: inclusive (default) or exclusive", "xml: 正規化 inclusive（既定）または exclusive"})
      ->check(CLI::IsMember({"inclusive", "exclusive"}));
  add.flag("--enveloping", x.enveloping, {"xml: the content inside the signature", "xml: 署名の中に内容を入れる"});
  add.flag("--xades", x.xades, {"xml: with the properties of XAdES-B-B", "xml: XAdES-B-B の属性を付ける"});
}

void add_jws(Adder& add, JwsOptions& j) {
  add.option("--serialization", j.serialization, {"jws: compact (default), flattened or general", "jws: compact（既定）, flattened, general"})
      ->check(CLI::IsMember({"compact", "flattened", "general"}));
  add.flag("--pss", j.pss, {"jws: PS256, where the card does it", "jws: PS256（カードが対応する場合）"});
}

}  // namespace

void add_sign_options(CLI::App& app, const Words& words, SignOptions& options) {
  Adder add(app, words);
  add_common(add, options);
  add_time_stamp(add, options.tsa);
  if (any_takes(kTakesPdf)) add_pdf(add, options.pdf);
  if (any_takes(kTakesPdf)) add_visible(app, words, options.pdf);
  if (any_takes(kTakesXml)) add_xml(add, options.xml);
  if (any_takes(kTakesJws)) add_jws(add, options.jws);
}

void add_verify_options(CLI::App& app, const Words& words, VerifyArguments& arguments) {
  Adder add(app, words);
  add.option("FILE", arguments.file, {"The signed file, or the signature", "署名されたファイルまたは署名ファイル"})->required();
  add.option("--format", arguments.format, {"Take it for this format", "この形式として検証"})->check(names_of(verify_formats()));
  add.option("--profile", arguments.profile, {"Check the rules of this profile too", "プロファイルの規則も確認"});
  add.option("--content", arguments.contents, {"What a detached signature signs", "署名に含まれない内容のファイル"});
  add.option("--trust", arguments.trust, {"A CA to trust besides JPKI's (PEM or DER)", "追加で信頼する認証局の証明書"});
  add.option("--at", arguments.at, {"Judge the dates at this time (UTC)", "有効期間を判定する日時（UTC）"});
  add.option("--crl", arguments.crls, {"A revocation list", "失効リスト"});
  add.option("--ocsp-response", arguments.ocsp_responses, {"An OCSP response", "OCSP応答"});
}

}  // namespace myna::cli
