// SPDX-License-Identifier: Apache-2.0
#include "cert_explain.hpp"

#include "cert_words.hpp"
#include "myna/core/dates.hpp"
#include "myna/trust/holder_attributes.hpp"
#include "myna/core/hex.hpp"
#include "myna/trust/issuers.hpp"

namespace myna::cli {
namespace {

using namespace std::chrono;

constexpr int kRenewalDays = 92;   // three months; the office renews from then on

bool is_end_entity(const CertificateRow& row) {
  return row.kind == CertificateKind::auth || row.kind == CertificateKind::sign;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text.empty() ? "-" : text;
}

std::string_view validity_state(const CertificateFields& fields, sys_seconds now) {
  if (now < fields.not_before) return "not-yet-valid";
  return now > fields.not_after ? "expired" : "valid";
}

void explain_validity(Output& output, Json& json, const CertificateRow& row, const CertificateFields& fields, sys_seconds now) {
  const Words& words = output.words();
  const auto days_left = floor<days>(fields.not_after - now).count();
  const std::string_view state = validity_state(fields, now);
  json["not_before"] = iso_utc(fields.not_before);
  json["not_after"] = iso_utc(fields.not_after);
  json["validity"] = state;
  json["days_left"] = days_left;
  json["renewal_due"] = is_end_entity(row) && days_left <= kRenewalDays;
  output.field({"Valid from", "有効期間の開始"}, japan_time(fields.not_before));
  output.field({"Valid until", "有効期間の満了"}, japan_time(fields.not_after));
  const Text label{"Days left", "残り日数"};
  if (state == "valid") output.field(label, std::to_string(days_left));
  if (state == "valid" && is_end_entity(row) && days_left <= kRenewalDays) {
    output.line("  " + words({"RENEWAL DUE: the municipal office renews it in the last three months.",
                              "更新時期です。満了日の3か月前から市区町村の窓口で更新できます。"}));
  }
  if (state == "expired") output.field(label, words({"EXPIRED", "期限切れ"}));
  if (state == "not-yet-valid") output.field(label, words({"not valid yet", "開始前"}));
  if (is_end_entity(row)) {
    output.line("  " + words({"It ends on the holder's 5th birthday after its issue, at 23:59:59 Japan time.",
                              "発行日から5回目の誕生日の23時59分59秒（日本時間）に満了します。"}));
  }
}

// A CA certificate is compared as a whole; of an end-entity certificate only the issuer's key identifier is known here.
void explain_issuer(Output& output, Json& json, const CertificateRow& row, const CertificateFields& fields) {
  const Words& words = output.words();
  const bool end_entity = is_end_entity(row);
  const IssuerGeneration* known = end_entity ? issuer_by_key_id(fields.authority_key_id) : issuer_by_fingerprint(fields.sha256_fingerprint);
  json["issuer"] = fields.issuer.text;
  json["issuer_generation"] = known == nullptr ? Json(nullptr) : Json(known->name);
  json["issuer_known_by"] = known == nullptr ? Json(nullptr) : Json(end_entity ? "key-identifier" : "fingerprint");
  output.field({"Issuer", "発行者"}, fields.issuer.text);
  const Text by_key{" (by its key identifier; cert show of the CA compares the fingerprint)", "（鍵識別子による。指紋の照合はCA証明書の表示で行います）"};
  const Text by_print{" (pinned fingerprint)", "（指紋が一致）"};
  const Text unknown{"unknown issuer", "未知の発行者"};
  output.field({"Generation", "発行者の世代"},
               known == nullptr ? words(unknown) : std::string(known->name) + words(end_entity ? by_key : by_print));
  if (names_virtual_card(fields.issuer.text)) {
    output.line("  " + words({"TEST CERTIFICATE of a virtual card: it proves nothing about anybody.",
                              "仮想カードの試験用証明書です。本人の証明にはなりません。"}));
  }
}

void explain_usage(Output& output, Json& json, const CertificateFields& fields) {
  std::vector<std::string> in_words;
  for (const auto& list : {fields.key_usage, fields.extended_key_usage}) {
    for (const std::string& name : list) in_words.push_back(usage_in_words(name, output.words()));
  }
  json["key"] = {{"type", fields.key_type}, {"bits", fields.key_bits}};
  json["key_usage"] = fields.key_usage;
  json["extended_key_usage"] = fields.extended_key_usage;
  json["policies"] = fields.policies;
  output.field({"Use", "用途"}, joined(in_words));
  output.field({"Key", "鍵"}, fields.key_type + ' ' + std::to_string(fields.key_bits) + ", " + fields.signature_algorithm);
  output.field({"Policy", "証明書ポリシー"}, joined(fields.policies));
}

void show_substitutes(Output& output, const std::vector<int>& positions, const Text& what) {
  if (positions.empty()) return;
  std::vector<std::string> numbers;
  for (const int position : positions) numbers.push_back(std::to_string(position));
  output.line("  " + output.words()(what) + ": " + joined(numbers));
}

void explain_holder(Output& output, Json& json, const CertificateFields& fields) {
  const auto holder = holder_attributes(fields);
  if (!holder) return;
  json["holder"] = {{"name", holder->name}, {"address", holder->address}, {"birth_date", holder->birth_date}, {"sex", holder->sex},
                    {"substituted", {{"name", holder->substituted_in_name}, {"address", holder->substituted_in_address}}}};
  output.field({"Name", "氏名"}, holder->name);
  show_substitutes(output, holder->substituted_in_name, {"characters that stand for others (position)", "代替文字の位置"});
  output.field({"Address", "住所"}, holder->address);
  show_substitutes(output, holder->substituted_in_address, {"characters that stand for others (position)", "代替文字の位置"});
  output.field({"Birth date", "生年月日"}, holder->birth_date);
  output.field({"Sex", "性別"}, holder->sex);
}

}  // namespace

void explain_certificate(Output& output, const CertificateRow& row, const CertificateFields& fields, system_clock::time_point now) {
  Json json{{"name", row.name}, {"subject", fields.subject.text}, {"serial", to_hex(fields.serial)}};
  output.line(output.words()(row.title));
  output.field({"Subject", "主体者"}, fields.subject.text);
  output.field({"Serial number", "シリアル番号"}, to_hex(fields.serial));
  explain_holder(output, json, fields);
  explain_validity(output, json, row, fields, floor<seconds>(now));
  explain_issuer(output, json, row, fields);
  explain_usage(output, json, fields);
  json["fingerprint_sha256"] = to_hex(fields.sha256_fingerprint);
  json["revocation"] = "not-checked";
  output.field({"SHA-256 fingerprint", "SHA-256 指紋"}, to_hex(fields.sha256_fingerprint));
  output.field({"Revocation", "失効"}, output.words()({"not checked (only registered verifiers may ask J-LIS)",
                                                       "未確認（J-LISに照会できるのは登録された検証者のみです）"}));
  output.document()["certificate"] = std::move(json);
}

}  // namespace myna::cli
