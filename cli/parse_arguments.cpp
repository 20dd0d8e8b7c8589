// SPDX-License-Identifier: Apache-2.0
#include "parse_arguments.hpp"

#include <CLI/CLI.hpp>

#include <set>

#include "cli/sign/parse_sign.hpp"
#include "myna/virtual/vpcd_link.hpp"

namespace myna::cli {
namespace {

const std::map<std::string, LengthMode> kLengthModes{
    {"auto", LengthMode::automatic}, {"short", LengthMode::short_only}, {"extended", LengthMode::extended}};

constexpr bool kWithNumber = MYNA_WITH_NUMBER;

// Adds commands and options with their help in the chosen language.
class Grammar {
 public:
  Grammar(CLI::App& app, Words words, Invocation& invocation) : app_(app), words_(words), to_(invocation) {}

  void build() {
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.set_help_all_flag("--help-all", words_({"Show the help of every command", "全コマンドのヘルプを表示"}));
    app_.set_version_flag("--version", std::string("myna ") + MYNA_VERSION);
    global_options();
    command(app_, "readers", {"List the card readers", "カードリーダーの一覧"}, run_readers);
    command(app_, "status", {"Show the card: kind, certificates, tries left", "カードの状態を表示"}, run_status);
    holder_commands();
    command(app_, "serial",
            {"Read the card's serial number, municipality and expiry; no PIN",
             "カードの製造番号・発行市区町村・有効期限を読む（暗証番号不要）"},
            run_serial);
    config_commands();
    pin_commands();
    cert_commands();
    sign_commands();
    virtual_commands();
  }

  Command chosen() const { return chosen_; }

 private:
  void config_commands() {
    CLI::App& config = group("config", {"Settings", "設定"});
    command(config, "show",
            {"Show the settings in force, where they come from, and what is locked", "有効な設定とその出所、固定されているものを表示"},
            run_config_show);
    CLI::App& check = command(config, "check", {"Say what is wrong with files of settings", "設定ファイルの誤りを表示"}, run_config_check);
    check.add_option("FILE", to_.config_file, words_({"A file; the system's and yours without", "確認するファイル（省略時はシステムとユーザーの設定）"}));
  }

  void holder_commands() {
    ReportOptions& r = to_.report;
    CLI::App& attributes = command(app_, "attributes", {"Read name, address, birth date and sex", "氏名・住所・生年月日・性別を読む"}, run_attributes);
    report_options(attributes);
    attributes.add_option("--pin", r.pin, words_({"What opens it: text (default) or text-code-b", "照合するもの: text（既定）または text-code-b"}))
        ->check(CLI::IsMember({"text", "text-code-b"}));
    CLI::App& face = command(app_, "face", {"Write photo, name and address of the card face", "券面の顔写真・氏名・住所の画像を書き出す"}, run_face);
    report_options(face);
    face.add_option("-o,--output", r.output,
                    words_({"Directory for photo.png, name.png, address.png, face.json", "photo.png などを置くディレクトリ"}))
        ->required();
    face.add_option("--pin", r.pin,
                    words_({"What opens it: face-code-b (default) or face-code-a", "照合するもの: face-code-b（既定）または face-code-a"}))
        ->check(CLI::IsMember({"face-code-a", "face-code-b"}));
    force(face, r.force);
    if constexpr (kWithNumber) number_commands(face);
    show_command();
    CLI::App& check = command(app_, "check-card", {"Prove that the card is genuine, as far as can be", "カードの真正性を検証"}, run_check_card);
    check
        .add_option("NAME", r.pins,
                    words_({"PINs to ask for: text, face-code-b, face-code-a, auth, sign",
                            "照合する暗証番号: text, face-code-b, face-code-a, auth, sign"}))
        ->check(CLI::IsMember({"text", "face-code-a", "face-code-b", "auth", "sign"}));
    proof_options(check, nullptr);
    CLI::App& link = command(app_, "link", {"Print a keyed pseudonym of the card for one service", "サービスごとの仮名を出力"}, run_link);
    link.add_option(
            "--service", to_.link.service,
            words_({"File with the service's key, 16 bytes or more, mode 0600", "サービスの鍵ファイル（16バイト以上、モード0600）"}))
        ->required();
    link.add_option("--old", to_.link.old_certificate, words_({"The certificate before a renewal", "更新前の電子証明書"}));
  }

  void number_commands(CLI::App& face) {
    ReportOptions& r = to_.report;
    face.add_flag("--number-picture", r.number_picture,
                  words_({"Write the picture of the 個人番号 too (number.png; needs face-code-a)",
                          "個人番号の画像 number.png も書き出す（face-code-a が必要）"}));
    CLI::App& number = command(app_, "number", {"Read the 個人番号", "個人番号を読む"}, run_number);
    report_options(number);
    number.add_option("--purpose", r.purpose,
                      words_({"Why it is needed; without it only a person at a terminal gets it", "利用目的。省略時は端末での表示のみ"}));
    number.add_option("--pin", r.pin, words_({"What opens it: text (default) or text-code-a", "照合するもの: text（既定）または text-code-a"}))
        ->check(CLI::IsMember({"text", "text-code-a"}));
  }

  void show_command() {
    ReportOptions& r = to_.report;
    CLI::App& card = group("card", {"The card as a picture", "カードの表示"});
    CLI::App& show = command(card, "show", {"Show photo and fields of the card", "顔写真と記載事項を表示"}, run_card_show);
    report_options(show);
    show.add_option("--html", r.html, words_({"Write a page instead", "HTMLファイルに出力"}));
    show.add_option("--png", r.png, words_({"Write a picture instead", "PNGファイルに出力"}));
    show.add_option("--graphics", r.graphics,
                    words_({"Pictures in the terminal: auto, kitty, sixel or none", "端末での画像表示: auto, kitty, sixel, none"}))
        ->check(CLI::IsMember({"auto", "kitty", "sixel", "none"}));
    force(show, r.force);
  }

  void report_options(CLI::App& app) {
    ReportOptions& r = to_.report;
    CLI::Option* verify = app.add_flag("--verify", r.verify, words_({"Prove that card and data are genuine", "カードとデータの真正性を検証"}));
    proof_options(app, verify);
  }

  void proof_options(CLI::App& app, CLI::Option* verify) {
    ReportOptions& r = to_.report;
    CLI::Option* require = app.add_flag("--require-proof", r.require_proof,
                                        words_({"End with 9 when something could not be proven", "証明できない項目があれば終了コード9"}));
    CLI::Option* trust = app.add_option("--trust", r.trust,
                                        words_({"Directory with keys of trusted issuers (default /etc/myna/trust)",
                                                "信頼する発行者の鍵のディレクトリ（既定 /etc/myna/trust）"}));
    if (verify == nullptr) return;
    require->needs(verify);
    trust->needs(verify);
  }

  void global_options() {
    GlobalOptions& g = to_.global;
    option("--reader", g.reader,
           {"Reader: name or part of it, usb: for readers without pcscd, or virtual:DIR",
            "リーダー名（一部でも可）、usb:（pcscdなし）または virtual:DIR"})
        ->envname("MYNA_READER");
    flag("--json", g.json, {"Print one JSON document", "JSONで出力"});
    option("--lang", g.lang, {"Language: ja or en", "言語: ja または en"})->check(CLI::IsMember({"ja", "en"}));
    flag("--stats", g.stats, {"Print how many APDUs and bytes passed", "APDU数とバイト数を表示"});
    flag("--trace", g.trace, {"Print each APDU: header, lengths, status word", "APDUのヘッダー・長さ・SWを表示"});
    flag("--trace-usb", g.trace_usb, {"Print each frame to a reader of usb: (no data of APDUs)", "usb: のリーダーとのフレームを表示（APDUのデータは除く）"});
    option("--bit-rate", g.bit_rate,
           {"Between an RC-S380 of usb: and the card: 106, or auto (experimental)",
            "usb: のRC-S380とカードの通信速度: 106 または auto（試験的）"})
        ->check(CLI::IsMember({"106", "auto"}));
    app_.add_option("--apdu", g.length_mode, words_({"APDU length: auto, short or extended", "APDUの長さ: auto, short, extended"}))
        ->transform(CLI::CheckedTransformer(kLengthModes).description("")) ->option_text("MODE");
    option("--pin-fd", g.pin_fd, {"Read PINs from this descriptor (lines NAME=VALUE)", "暗証番号を読むファイル記述子（名前=値 の行）"})
        ->check(CLI::NonNegativeNumber);
    option("--pin-file", g.pin_file, {"Read PINs from this file (mode 0600)", "暗証番号を読むファイル（モード0600）"})
        ->excludes("--pin-fd");
    flag("--allow-retry", g.allow_retry, {"Send a PIN from file or descriptor although a try was lost", "入力ミスの履歴があっても保存済みPINを送る"});
    flag("--allow-last-try", g.allow_last_try, {"Send a PIN although only one try is left", "残り1回でもPINを送る"});
    flag("--yes", g.yes, {"Do not ask for confirmation", "確認を省略"});
    option("--timeout", g.timeout, {"Seconds to wait for a reader, a card, or another program", "リーダー・カード・他プログラムを待つ秒数"})
        ->check(CLI::Range(0.0, 86400.0));
  }

  void pin_commands() {
    CLI::App& pin = group("pin", {"PINs: tries left, verification", "暗証番号の残り回数と照合"});
    CLI::App& status = command(pin, "status", {"Show the tries left; costs none", "残り回数を表示（回数は減らない）"}, run_pin_status);
    status.add_option("NAME", to_.pin.names, words_({"Names, see man myna; all without", "名前（man myna を参照。省略時は全て）"}))->check(pin_name());
    CLI::App& verify = command(pin, "verify", {"Check a PIN against the card", "暗証番号を照合"}, run_pin_verify);
    verify.add_option("NAME", to_.pin.names, "auth, sign, text, text-code-a, text-code-b, face-code-a, face-code-b, face-birth")
        ->required()->expected(1)->check(pin_name({"juki"}));
    CLI::App& change = command(pin, "change", {"Change a PIN", "暗証番号を変更"}, run_pin_change);
    change.add_option("NAME", to_.pin.names, "auth, sign, text")->required()->expected(1)->check(CLI::IsMember({"auth", "sign", "text"}));
  }

  void cert_commands() {
    CLI::App& cert = group("cert", {"Certificates of the card", "カードの電子証明書"});
    CLI::App& show = command(cert, "show", {"Explain a certificate", "電子証明書を説明"}, run_cert_show);
    certificate_name(show);
    CLI::App& write = command(cert, "export", {"Write a certificate", "電子証明書を出力"}, run_cert_export);
    certificate_name(write);
    write.add_option("-o,--output", to_.cert.output, words_({"File to write; standard output without", "出力先（省略時は標準出力）"}));
    write.add_flag("--der", to_.cert.der, words_({"DER instead of PEM", "PEMでなくDER"}));
    force(write, to_.cert.force);
  }

  void sign_commands() {
    add_sign_options(command(app_, "sign", {"Sign files", "ファイルに署名"}, run_sign), words_, to_.sign);
    add_verify_options(command(app_, "verify", {"Verify the signatures of a file", "ファイルの署名を検証"}, run_verify), words_, to_.verify);
  }

  void virtual_commands() {
    VirtualOptions& v = to_.virtual_card;
    CLI::App& group_app = group("virtual", {"Virtual cards for tests and trials", "試験用の仮想カード"});
    CLI::App& create = command(group_app, "create", {"Make a virtual card", "仮想カードを作成"}, run_virtual_create);
    directory(create);
    create.add_option("--kind", v.kind, words_({"my-number (default), phone-android, phone-ios, juki, foreign", "種類"}))
        ->check(CLI::IsMember({"my-number", "phone-android", "phone-ios", "juki", "foreign"}));
    create.add_option("--photo", v.photo, words_({"small (default), large", "写真の大きさ"}))->check(CLI::IsMember({"small", "large"}));
    create.add_option("--without", v.without, words_({"Leave out a certificate: auth, sign", "入れない証明書: auth, sign"}))
        ->check(CLI::IsMember({"auth", "sign"}));
    create.add_option("--dialect", v.dialect, words_({"NAME=VALUE; see: myna virtual info", "名前=値（myna virtual info を参照）"}));
    create.add_option("--latency", v.latency, words_({"Milliseconds for each command", "コマンドごとの遅延（ミリ秒）"}))->check(CLI::Range(0.0, 10000.0));
    create.add_option("--fault", v.faults, words_({"AT:KIND, a fault at a command; see man myna", "位置:種類 の障害（man myna を参照）"}));
    CLI::App& serve = command(group_app, "serve", {"Put it into vsmartcard's virtual reader", "vsmartcardの仮想リーダーに挿入"}, run_virtual_serve);
    directory(serve);
    serve.add_option("--port", v.port, words_({"Port of vpcd (default 35963)", "vpcdのポート（既定35963）"}))->check(CLI::Range(1, 65535));
    directory(command(group_app, "info", {"Show what is on it", "内容を表示"}, run_virtual_info));
    CLI::App& tamper = command(group_app, "tamper", {"Forge something on it, to see it found out", "検出試験のために改ざんする"}, run_virtual_tamper);
    directory(tamper);
    tamper.add_option("WHAT", v.tampering, "photo, name, number, signature, expiry, clone, keyless; damage, double, move, foreign")
        ->required()
        ->check(
            CLI::IsMember({"photo", "name", "number", "signature", "expiry", "clone", "keyless", "damage", "double", "move", "foreign"}));
    tamper.add_option("AID/FID", v.place, words_({"What to damage: a file, PIN, key or application", "対象のファイル、暗証番号、鍵、アプリケーション"}));
    tamper.add_option("HOW", v.how, words_({"The damage, or the tag of the object; see man myna", "壊し方、またはタグ（man myna を参照）"}));
    directory(command(group_app, "reset", {"Give back all tries", "入力回数を元に戻す"}, run_virtual_reset));
  }

  // The names of the table, without some.
  static CLI::IsMember pin_name(const std::set<std::string_view>& without = {}) {
    std::vector<std::string> names;
    for (const PinRow& row : my_number_profile().pins) {
      if (!without.contains(row.name)) names.emplace_back(row.name);
    }
    return CLI::IsMember(names);
  }
  void certificate_name(CLI::App& app) {
    app.add_option("NAME", to_.cert.name, "auth, sign, auth-ca, sign-ca")->required()
        ->check(CLI::IsMember({"auth", "sign", "auth-ca", "sign-ca"}));
  }
  void directory(CLI::App& app) {
    app.add_option("DIR", to_.virtual_card.directory,
                   words_({"Directory; a name without a slash lies in $XDG_DATA_HOME/myna/virtual",
                           "ディレクトリ（/ のない名前は $XDG_DATA_HOME/myna/virtual の下）"}))
        ->required();
  }
  void force(CLI::App& app, bool& flag) { app.add_flag("--force", flag, words_({"Replace an existing output", "既存の出力を上書き"})); }

  template <typename T>
  CLI::Option* option(const char* name, T& to, const Text& help) { return app_.add_option(name, to, words_(help)); }
  void flag(const char* name, bool& to, const Text& help) { app_.add_flag(name, to, words_(help)); }

  CLI::App& group(const char* name, const Text& help) {
    CLI::App* app = app_.add_subcommand(name, words_(help));
    app->require_subcommand(1);
    return *app;
  }
  CLI::App& command(CLI::App& parent, const char* name, const Text& help, Command run) {
    CLI::App* app = parent.add_subcommand(name, words_(help));
    app->callback([this, run] { chosen_ = run; });
    return *app;
  }

  CLI::App& app_;
  Words words_;
  Invocation& to_;
  Command chosen_ = nullptr;
};

EarlyEnd early_end(CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() != 0) return {Exit::usage, error.what()};
  if (dynamic_cast<const CLI::CallForAllHelp*>(&error) != nullptr) return {Exit::good, app.help("", CLI::AppFormatMode::All)};
  if (dynamic_cast<const CLI::CallForVersion*>(&error) != nullptr) return {Exit::good, std::string(error.what()) + '\n'};
  return {Exit::good, app.help()};
}

}  // namespace

std::variant<Command, EarlyEnd> parse_arguments(int argc, const char* const* argv, Words words, Invocation& invocation) {
  CLI::App app(words({"myna: the My Number card on Linux", "myna: Linuxでマイナンバーカードを使う"}), "myna");
  Grammar grammar(app, words, invocation);
  grammar.build();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return early_end(app, error);
  }
  return grammar.chosen();
}

}  // namespace myna::cli
