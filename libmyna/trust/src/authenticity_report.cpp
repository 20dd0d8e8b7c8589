// SPDX-License-Identifier: Apache-2.0
// The names of checks, proofs and reasons, and what a report says as a whole.
#include <algorithm>

#include "myna/core/enum_table.hpp"
#include "myna/trust/authenticity.hpp"

namespace myna {
namespace {

struct Row {
  std::string_view name;
  Text text;
};
// In the order of Check.
constexpr auto kChecks = rows_for<Check, Row>({
    {"text-certificate", {"key of the resident's data certified by a trusted issuer", "券面事項入力補助APの署名鍵の証明"}},
    {"text-record", {"record of hashes signed", "ハッシュ記録の署名"}},
    {"attributes-hash", {"name, address, birth date and sex as signed", "氏名・住所・生年月日・性別の一致"}},
    {"number-hash", {"個人番号 as signed", "個人番号のハッシュの一致"}},
    {"text-card-key", {"key of the card certified", "カード固有鍵の証明"}},
    {"text-live-key", {"not a copy: the card's key answered (resident's data)", "複製でないこと（券面事項入力補助AP）"}},
    {"face-certificate", {"key of the card face certified by a trusted issuer", "券面事項確認APの署名鍵の証明"}},
    {"face-signature", {"photo, name, address, birth date and sex signed", "顔写真・氏名・住所・生年月日・性別の署名"}},
    {"face-live-key", {"not a copy: the card's key answered (card face)", "複製でないこと（券面事項確認AP）"}},
    {"face-security-code", {"security code (unsigned)", "セキュリティコード（署名対象外）"}},
    {"card-expiry", {"expiry of the card (unsigned), agreement of two applications", "有効期限（署名対象外）の一致"}},
    {"number-picture", {"picture of the 個人番号 signed, on this card", "個人番号の画像の署名"}},
    {"auth-key", {"the authentication key belongs to a certificate of JPKI", "利用者証明用の鍵と電子証明書の一致"}},
    {"face-agreement", {"resident's data and card face agree", "券面事項入力補助APと券面事項確認APの一致"}},
    {"certificate-agreement", {"resident's data and signature certificate agree", "券面事項入力補助APと署名用電子証明書の一致"}},
    {"issuer-agreement", {"municipality and expiry (unsigned), agreement with the issuer's objects", "発行市区町村・有効期限（署名対象外）の発行者領域との一致"}},
    {"revocation", {"revocation of card and certificates", "カード・電子証明書の失効"}},
});

// In the order of Reason.
constexpr auto kReasons = rows_for<Reason, Row>({
    {"", {"", ""}},
    {"not-read", {"not read: no PIN for it was given, or the card does not give it", "読み取りなし（暗証番号の指定がないか、カードが応答しません）"}},
    {"unreadable", {"in a form that this software does not know", "このソフトウェアが知らない形式です"}},
    {"unknown-issuer", {"no issuer that you trust certifies it", "信頼する発行者による証明がありません"}},
    {"out-of-date", {"outside the dates of the certificate", "電子証明書の有効期間外です"}},
    {"copy", {"the card's own key did not answer: a copy would look the same", "カード固有鍵の応答がなく、複製と区別できません"}},
    {"differs", {"differs from another value, and no signature binds the two", "他の値と異なります（両者を結ぶ署名はありません）"}},
    {"contradiction", {"signature, hash or answer does not fit", "署名・ハッシュ・応答が一致しません"}},
    {"misplaced", {"an object occurs twice or out of its place", "項目が重複しているか、順序が違います"}},
});

}  // namespace

std::string_view to_string(Proof proof) noexcept {
  constexpr auto kNames = names_for<Proof>({"proven", "not-proven", "failed", "not-covered"});
  return kNames[proof];
}

std::string_view to_string(Reason reason) noexcept { return kReasons[reason].name; }
Text describe(Reason reason) noexcept { return kReasons[reason].text; }
std::string_view to_string(Check check) noexcept { return kChecks[check].name; }
Text describe(Check check) noexcept { return kChecks[check].text; }

bool AuthenticityReport::any(Proof proof) const noexcept {
  return std::ranges::any_of(lines_, [proof](const ReportLine& line) { return line.verdict.proof == proof; });
}

Verdict AuthenticityReport::verdict() const noexcept {
  for (const Proof proof : {Proof::failed, Proof::not_proven, Proof::proven}) {
    const auto line = std::ranges::find(lines_, proof, [](const ReportLine& one) { return one.verdict.proof; });
    if (line != lines_.end()) return line->verdict;
  }
  return not_proven(Reason::not_read);
}

}  // namespace myna
