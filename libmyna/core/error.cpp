// SPDX-License-Identifier: Apache-2.0
// What each error means and what to do next, in English and Japanese. One row for each Errc, in its order.
#include "myna/error.hpp"

#include <array>

namespace myna {
namespace {

struct Row {
  Errc code;
  ErrorText text;
};

constexpr std::array kRows{
    Row{Errc::invalid_argument,
        {"invalid-argument",
         {"A value that was given cannot be used.", "指定された値は使えません。"},
         {"Check the options and values of the command.", "コマンドのオプションと値を確認してください。"}}},
    Row{Errc::pin_malformed,
        {"pin-malformed",
         {"The PIN does not have the right form, so it was not sent to the card. No try was spent.",
          "暗証番号の形式が正しくないため、カードに送りませんでした。入力回数は減っていません。"},
         {"The authentication PIN is 4 digits; the signature password is 6 to 16 letters and digits.",
          "利用者証明用暗証番号は数字4桁、署名用パスワードは英数字6～16文字です。"}}},
    Row{Errc::no_service,
        {"no-service",
         {"The smart card service (pcscd) does not answer.", "スマートカードサービス（pcscd）が応答しません。"},
         {"Install and start it: apt install pcscd; systemctl start pcscd.socket",
          "インストールして起動してください: apt install pcscd; systemctl start pcscd.socket"}}},
    Row{Errc::no_reader,
        {"no-reader",
         {"No card reader is connected.", "カードリーダーが接続されていません。"},
         {"Connect a reader, then run: myna readers", "リーダーを接続して「myna readers」で確認してください。"}}},
    Row{Errc::reader_unknown,
        {"reader-unknown",
         {"There is no reader of this name.", "指定された名前のリーダーはありません。"},
         {"List the readers with: myna readers", "「myna readers」でリーダーの一覧を確認してください。"}}},
    Row{Errc::reader_ambiguous,
        {"reader-ambiguous",
         {"More than one reader fits.", "該当するリーダーが複数あります。"},
         {"Name one of them with --reader (see: myna readers).",
          "--reader で1台を指定してください（「myna readers」を参照）。"}}},
    Row{Errc::reader_unusable,
        {"reader-unusable",
         {"The reader cannot be used.", "リーダーを使用できません。"},
         {"Unplug it and plug it in again; check that no other driver or program has taken it.",
          "リーダーを挿し直し、他のドライバーやプログラムが使用していないか確認してください。"}}},
    Row{Errc::no_card,
        {"no-card",
         {"There is no card on the reader.", "リーダーにカードがありません。"},
         {"Place the My Number card on the reader.", "マイナンバーカードをリーダーに置いてください。"}}},
    Row{Errc::card_unresponsive,
        {"card-unresponsive",
         {"The card does not answer.", "カードが応答しません。"},
         {"Turn the card around, clean its contacts, and place it again.",
          "カードの向きを確かめ、端子を拭いてから置き直してください。"}}},
    Row{Errc::card_foreign,
        {"card-foreign",
         {"This is not a My Number card: it has no JPKI application.",
          "マイナンバーカードではありません（公的個人認証APがありません）。"},
         {"Place a My Number card on the reader.", "マイナンバーカードを置いてください。"}}},
    Row{Errc::card_removed,
        {"card-removed",
         {"The card was taken away.", "カードが取り外されました。"},
         {"Place the card again and keep it there until the work is done.",
          "カードを置き直し、処理が終わるまで動かさないでください。"}}},
    Row{Errc::card_changed,
        {"card-changed",
         {"The card was reset or replaced during the operation. Nothing further was sent.",
          "処理中にカードがリセットされたか、別のカードに替わりました。以後は何も送っていません。"},
         {"Run the command again.", "もう一度実行してください。"}}},
    Row{Errc::card_busy,
        {"card-busy",
         {"Another program holds the card.", "他のプログラムがカードを使用中です。"},
         {"Wait until it has finished or end it, then try again. --timeout sets how long to wait.",
          "終了を待つか、そのプログラムを終了してから、もう一度実行してください（待ち時間は --timeout）。"}}},
    Row{Errc::link_lost,
        {"link-lost",
         {"The connection to the card broke.", "カードとの通信が途切れました。"},
         {"Place the card again. If a PIN was being checked, look at the counter first: myna pin status",
          "カードを置き直してください。暗証番号の照合中だった場合は、先に「myna pin status」で残り回数を確認してください。"}}},
    Row{Errc::file_absent,
        {"file-absent",
         {"The card does not have this data.", "カードにこのデータはありません。"},
         {"Check with: myna status", "「myna status」で確認してください。"}}},
    Row{Errc::certificate_absent,
        {"certificate-absent",
         {"The card does not hold this certificate.", "カードにこの電子証明書は入っていません。"},
         {"It may have been declined, revoked, or not issued (under 15 no signature certificate is issued). "
          "The municipal office issues it.",
          "発行を希望しなかったか、失効したか、未発行（15歳未満には署名用は発行されません）の可能性があります。"
          "市区町村の窓口で発行を受けられます。"}}},
    Row{Errc::access_denied,
        {"access-denied",
         {"The card asks for a PIN first.", "先に暗証番号の照合が必要です。"},
         {"Give the PIN of this data.", "このデータの暗証番号を入力してください。"}}},
    Row{Errc::unexpected_status,
        {"unexpected-status",
         {"The card answered in an unexpected way.", "カードが想定外の応答を返しました。"},
         {"Run the command again with --trace and report the status word.",
          "--trace を付けて実行し、ステータスワードを報告してください。"}}},
    Row{Errc::malformed,
        {"malformed",
         {"Data does not have the form that it must have.", "データの形式が正しくありません。"},
         {"Place the card again. If it stays so, the card or the file is damaged.",
          "カードを置き直してください。変わらない場合は、カードまたはファイルが壊れています。"}}},
    Row{Errc::pin_wrong,
        {"pin-wrong",
         {"The PIN is wrong.", "暗証番号が違います。"},
         {"Make sure which PIN is asked for before you try again.",
          "もう一度入力する前に、どの暗証番号を求められているか確認してください。"}}},
    Row{Errc::pin_blocked,
        {"pin-blocked",
         {"The PIN is blocked: no try is left.", "暗証番号がロックされています。"},
         {"The municipal office resets it. The signature password can also be reset at a convenience-store kiosk "
          "with the phone app, when the authentication PIN is known.",
          "市区町村の窓口で初期化できます。署名用パスワードは、利用者証明用暗証番号が分かる場合、"
          "スマートフォンアプリとコンビニのキオスク端末でも初期化できます。"}}},
    Row{Errc::last_try_refused,
        {"last-try-refused",
         {"Only one try is left, so the PIN was not sent.", "残り1回のため、暗証番号を送りませんでした。"},
         {"If you are sure of the PIN, repeat with --allow-last-try. A wrong one blocks it until a visit to the "
          "municipal office.",
          "確実な場合のみ --allow-last-try を付けてください。間違えるとロックされ、市区町村の窓口での手続きが必要です。"}}},
    Row{Errc::counter_touched,
        {"counter-touched",
         {"A wrong PIN was entered before, so a PIN that nobody typed just now was not sent.",
          "以前に誤った入力があるため、ファイル等の暗証番号は送りませんでした。"},
         {"Type the PIN at the terminal, or repeat with --allow-retry when you are sure that it is right.",
          "端末で入力するか、正しいと確信できる場合は --allow-retry を付けてください。"}}},
    Row{Errc::pin_refused_before,
        {"pin-refused-before",
         {"The card refused this very PIN before, so it was not sent again.",
          "このカードで既に誤りとされた暗証番号のため、再送しませんでした。"},
         {"Enter another PIN.", "別の暗証番号を入力してください。"}}},
    Row{Errc::counter_unknown,
        {"counter-unknown",
         {"The card does not tell how many tries are left, so the PIN was not sent.",
          "残り回数を確認できないため、暗証番号を送りませんでした。"},
         {"Take the card off the reader, place it again, and repeat.", "カードを一度外して置き直してから、もう一度実行してください。"}}},
    Row{Errc::signature_mismatch,
        {"signature-mismatch",
         {"The signature does not fit the certificate.", "署名が電子証明書と一致しません。"},
         {"Do not use the result. Make sure that the same card stays on the reader.",
          "結果を使用しないでください。同じカードが置かれたままか確認してください。"}}},
    Row{Errc::crypto_failed,
        {"crypto-failed",
         {"A cryptographic operation failed.", "暗号処理に失敗しました。"},
         {"Check that the input has the right form.", "入力の形式を確認してください。"}}},
    Row{Errc::storage_failed,
        {"storage-failed",
         {"A file could not be read or written.", "ファイルの読み書きに失敗しました。"},
         {"Check the path, the permissions and the space left on the disk.",
          "パス、権限、ディスクの空き容量を確認してください。"}}},
    Row{Errc::timed_out,
        {"timed-out",
         {"Nothing happened within the given time.", "指定された時間内に完了しませんでした。"},
         {"Try again, or give a longer --timeout.", "もう一度実行するか、--timeout を長くしてください。"}}},
    Row{Errc::cancelled,
        {"cancelled",
         {"Interrupted.", "中断しました。"},
         {"Nothing is left open on the card.", "カードに開いたままの状態は残っていません。"}}},
};

consteval bool rows_follow_the_enumeration() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].code != static_cast<Errc>(i)) return false;
  }
  return kRows.size() == static_cast<std::size_t>(kLastErrc) + 1;
}
static_assert(rows_follow_the_enumeration());

}  // namespace

const ErrorText& describe(Errc code) noexcept { return kRows.at(static_cast<std::size_t>(code)).text; }

}  // namespace myna
