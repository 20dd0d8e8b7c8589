// SPDX-License-Identifier: Apache-2.0
// Judging evidence: nothing in here talks to a card.
#include "myna/authenticity.hpp"

#include <algorithm>
#include <array>

#include "myna/hex.hpp"
#include "myna/surface_ap.hpp"
#include "myna/tlv.hpp"

namespace myna {
namespace {

struct CheckRow {
  std::string_view name;
  Text text;
};
// In the order of Check.
constexpr std::array<CheckRow, 16> kChecks{{
    {"text-certificate", {"key of the resident's data certified by a trusted issuer", "券面事項入力補助APの署名鍵の証明"}},
    {"text-record", {"record of hashes signed", "ハッシュ記録の署名"}},
    {"attributes-hash", {"name, address, birth date and sex as signed", "氏名・住所・生年月日・性別の一致"}},
    {"number-hash", {"個人番号 (not read) as signed", "個人番号（読み取りなし）のハッシュ"}},
    {"text-card-key", {"key of the card certified", "カード固有鍵の証明"}},
    {"text-live-key", {"not a copy: the card's key answered (resident's data)", "複製でないこと（券面事項入力補助AP）"}},
    {"face-certificate", {"key of the card face certified by a trusted issuer", "券面事項確認APの署名鍵の証明"}},
    {"face-signature", {"photo, name, address, birth date and sex signed", "顔写真・氏名・住所・生年月日・性別の署名"}},
    {"face-live-key", {"not a copy: the card's key answered (card face)", "複製でないこと（券面事項確認AP）"}},
    {"face-security-code", {"security code (unsigned)", "セキュリティコード（署名対象外）"}},
    {"card-expiry", {"expiry of the card (unsigned), agreement of two applications", "有効期限（署名対象外）の一致"}},
    {"auth-key", {"the authentication key belongs to a certificate of JPKI", "利用者証明用の鍵と電子証明書の一致"}},
    {"face-agreement", {"resident's data and card face agree", "券面事項入力補助APと券面事項確認APの一致"}},
    {"certificate-agreement", {"resident's data and signature certificate agree", "券面事項入力補助APと署名用電子証明書の一致"}},
    {"issuer-agreement", {"municipality and expiry (unsigned), agreement with the issuer's objects", "発行市区町村・有効期限（署名対象外）の発行者領域との一致"}},
    {"revocation", {"revocation of card and certificates", "カード・電子証明書の失効"}},
}};

// DigestInfo of SHA-256 around 96 bytes (CARD.md 3.4).
constexpr auto kThreeDigestsInfo = hex("3071300D060960864801650304020105000460");

using Tags = std::initializer_list<Tag>;

// Objects behind one another, whole as CARD.md 3.3 says it for the hash record, or their values: of the other records one source says "over
// DF11 and DF12" without telling which.
Result<Bytes> joined(ByteView record, Tags tags, bool whole) {
  Bytes bytes;
  for (const Tag tag : tags) {
    MYNA_TRY(const Tlv object, find_tlv(record, tag));
    append(bytes, whole ? object.whole : object.value);
  }
  return bytes;
}

bool is_signature_of(const PublicKey& key, ByteView data, ByteView signature) {
  const auto info = digest_info(Digest::sha256, hash(Digest::sha256, data));
  return info && key.verify_pkcs1(*info, signature);
}

bool signs_objects(const PublicKey& key, ByteView record, Tags tags, Tag signature_tag) {
  const auto signature = find_tlv(record, signature_tag);
  if (!signature) return false;
  for (const bool whole : {true, false}) {
    const auto data = joined(record, tags, whole);
    if (data && is_signature_of(key, *data, signature->value)) return true;
  }
  return false;
}

// A link of the chain is worth no more than the link before it.
Proof follows(bool good, Proof before) { return good ? before : Proof::failed; }

Proof judge_certificate(const Result<CvCertificate>& certificate, std::span<const CvAnchor> anchors) {
  if (!certificate) return Proof::failed;
  const auto anchor = std::ranges::find(anchors, certificate->issuer, &CvAnchor::issuer);
  if (anchor == anchors.end()) return Proof::not_proven;
  return follows(is_signature_of(*anchor->key, certificate->body, certificate->signature), Proof::proven);
}

bool answered(const Challenge& challenge, const PublicKey& key) {
  return !challenge.answer.empty() && key.verify_pkcs1(challenge.digest_info, challenge.answer);
}

bool has_hash(ByteView record, Tag tag, ByteView data) {
  const auto stored = find_tlv(record, tag);
  return stored && equal(stored->value, hash(Digest::sha256, data));
}

// EF 0002 from DF22 to the end of its container (CARD.md 3.3).
Result<ByteView> hashed_attributes(ByteView file) {
  MYNA_TRY(const Tlv container, find_tlv(file, 0xFF20));
  MYNA_TRY(const Tlv first, find_tlv(container.value, 0xDF22));
  return container.value.subspan(static_cast<std::size_t>(first.whole.data() - container.value.data()));
}

ByteView content_of(const SecretBytes& file, Tag container) {
  const auto object = find_tlv(file.view(), container);
  return object ? object->value : ByteView{};
}

Proof judge_text_record(const TextEvidence& evidence, const PublicKey& key, Proof certificate) {
  const ByteView record = content_of(evidence.integrity, 0xFF30);
  const auto data = joined(record, {0xDF31, 0xDF32}, true);
  const auto signature = find_tlv(record, 0xDF33);
  return follows(data && signature && is_signature_of(key, *data, signature->value), certificate);
}

Proof judge_attributes(const TextEvidence& evidence, Proof record) {
  const auto attributes = hashed_attributes(evidence.attributes.view());
  return follows(attributes && has_hash(content_of(evidence.integrity, 0xFF30), 0xDF32, *attributes), record);
}

void judge_text_key(const TextEvidence& evidence, const PublicKey& key, Proof certificate, AuthenticityReport& report) {
  const ByteView record = content_of(evidence.card_key, 0xFF50);
  const Proof signed_key = follows(signs_objects(key, record, {0xDF51}, 0xDF52), certificate);
  report.add(Check::text_card_key, signed_key);
  const auto object = find_tlv(record, 0xDF51);
  const auto card_key = object ? parse_card_key(object->value) : Result<std::unique_ptr<PublicKey>>(fail(Errc::malformed));
  report.add(Check::text_live_key, follows(card_key && answered(evidence.live, **card_key), signed_key));
}

Result<Bytes> three_digests(ByteView record, bool whole) {
  Bytes info(kThreeDigestsInfo.begin(), kThreeDigestsInfo.end());
  for (const Tags& group : {Tags{0xDF22, 0xDF23, 0xDF24}, Tags{0xDF25, 0xDF26}, Tags{0xDF27}}) {
    MYNA_TRY(const Bytes data, joined(record, group, whole));
    append(info, hash(Digest::sha256, data));
  }
  return info;
}

bool is_face_signed(ByteView record, const PublicKey& key) {
  const auto signature = find_tlv(record, 0xDF28);
  if (!signature) return false;
  for (const bool whole : {true, false}) {
    const auto info = three_digests(record, whole);
    if (info && key.verify_pkcs1(*info, signature->value)) return true;
  }
  return false;
}

// No signature covers it: agreement proves nothing, disagreement proves that something is wrong.
Proof judge_expiry(ByteView face, const std::optional<CardRecord>& record) {
  const auto expiry = find_tlv(face, 0xDF29);
  if (!record || !expiry) return Proof::not_proven;
  return as_text(expiry->value) == record->expiry ? Proof::not_covered : Proof::failed;
}

constexpr std::array kTextChecks{Check::text_certificate, Check::text_record, Check::attributes_hash, Check::number_hash,
                                 Check::text_card_key, Check::text_live_key};
constexpr std::array kFaceChecks{Check::face_certificate, Check::face_signature, Check::face_live_key, Check::face_security_code,
                                 Check::card_expiry};

AuthenticityReport all_of(std::span<const Check> checks, Proof result) {
  AuthenticityReport report;
  for (const Check check : checks) report.add(check, result);
  return report;
}

}  // namespace

std::string_view to_string(Proof proof) noexcept {
  constexpr std::array<std::string_view, 4> kNames{"proven", "not-proven", "failed", "not-covered"};
  return kNames.at(static_cast<std::size_t>(proof));
}

std::string_view to_string(Check check) noexcept { return kChecks.at(static_cast<std::size_t>(check)).name; }
Text describe(Check check) noexcept { return kChecks.at(static_cast<std::size_t>(check)).text; }

bool AuthenticityReport::any(Proof result) const noexcept {
  return std::ranges::find(lines_, result, &ReportLine::result) != lines_.end();
}

AuthenticityReport judge(const TextEvidence& evidence, std::span<const CvAnchor> anchors) {
  if (evidence.attributes.empty()) return all_of(kTextChecks, Proof::not_proven);
  AuthenticityReport report;
  const auto certificate = parse_cv_certificate(evidence.certificate.view());
  const Proof chain = judge_certificate(certificate, anchors);
  if (!certificate) return all_of(kTextChecks, Proof::failed);
  const Proof record = judge_text_record(evidence, *certificate->key, chain);
  report.add(Check::text_certificate, chain);
  report.add(Check::text_record, record);
  report.add(Check::attributes_hash, judge_attributes(evidence, record));
  report.add(Check::number_hash, record == Proof::failed ? Proof::failed : Proof::not_covered);
  judge_text_key(evidence, *certificate->key, chain, report);
  return report;
}

AuthenticityReport judge(const FaceEvidence& evidence, std::span<const CvAnchor> anchors) {
  if (evidence.face.empty()) return all_of(kFaceChecks, Proof::not_proven);
  const auto certificate = parse_cv_certificate(evidence.certificate.view());
  if (!certificate) return all_of(kFaceChecks, Proof::failed);
  AuthenticityReport report;
  const Proof chain = judge_certificate(certificate, anchors);
  const ByteView record = content_of(evidence.face, 0xFF20);
  const Proof signature = follows(is_face_signed(record, *certificate->key), chain);
  const auto object = find_tlv(record, 0xDF24);
  const auto card_key = object ? parse_card_key(object->value) : Result<std::unique_ptr<PublicKey>>(fail(Errc::malformed));
  report.add(Check::face_certificate, chain);
  report.add(Check::face_signature, signature);
  report.add(Check::face_live_key, follows(card_key && answered(evidence.live, **card_key), signature));
  report.add(Check::face_security_code, Proof::not_covered);
  report.add(Check::card_expiry, judge_expiry(record, evidence.record));
  return report;
}

Proof judge_age_record(ByteView record, ByteView certificate, std::span<const CvAnchor> anchors) {
  const auto issuer = parse_cv_certificate(certificate);
  const auto objects = find_tlv(record, 0xFF10);
  if (!issuer || !objects) return Proof::failed;
  return follows(signs_objects(*issuer->key, objects->value, {0xDF11, 0xDF12}, 0xDF13), judge_certificate(issuer, anchors));
}

Proof judge_agreement(const TextEvidence& text, const FaceEvidence& face) {
  if (text.attributes.empty() || face.face.empty()) return Proof::not_proven;
  const ByteView ours = content_of(text.attributes, 0xFF20);
  const ByteView theirs = content_of(face.face, 0xFF20);
  for (const auto& [in_text, in_face] : {std::pair<Tag, Tag>{0xDF24, 0xDF22}, {0xDF25, 0xDF23}}) {
    const auto a = find_tlv(ours, in_text);
    const auto b = find_tlv(theirs, in_face);
    if (!a || !b || !equal(a->value, b->value)) return Proof::failed;
  }
  return Proof::proven;
}

}  // namespace myna
