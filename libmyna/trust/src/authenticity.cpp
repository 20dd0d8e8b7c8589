// SPDX-License-Identifier: Apache-2.0
// Judging evidence: nothing in here talks to a card. A link of a chain is worth no more than the link before it.
#include "myna/trust/authenticity.hpp"

#include <algorithm>
#include <array>

#include "myna/card/record_fields.hpp"
#include "myna/core/hex.hpp"

namespace myna {
namespace {

// DigestInfo of SHA-256 around 96 bytes (docs/card/records.md, "Card face").
constexpr auto kThreeDigestsInfo = hex("3071300D060960864801650304020105000460");

using Tags = std::initializer_list<Tag>;
using Key = Result<std::unique_ptr<PublicKey>>;

// What is signed of each object (docs/card/records.md): all of it in the hash record, or its value: of the others one source says "over
// DF11 and DF12" without telling which.
enum class Form : bool { value, whole };
constexpr std::array kEitherForm{Form::whole, Form::value};
constexpr std::array kWholeForm{Form::whole};

Result<Bytes> joined(const Record& record, Tags tags, Form form) {
  Bytes bytes;
  for (const Tag tag : tags) {
    MYNA_TRY(const Tlv object, record.object(tag));
    append(bytes, form == Form::whole ? object.whole : object.value);
  }
  return bytes;
}

Result<Bytes> signed_info(const Record& record, Tags tags, Form form) {
  MYNA_TRY(const Bytes data, joined(record, tags, form));
  return digest_info(Digest::sha256, hash(Digest::sha256, data));
}

Result<Bytes> three_digests(const Record& record, Form form) {
  Bytes info(kThreeDigestsInfo.begin(), kThreeDigestsInfo.end());
  using namespace surface_tag;
  for (const Tags& group : {Tags{kBirthDate, kSex, kCardKey}, Tags{kNamePicture, kAddressPicture}, Tags{kPhoto}}) {
    MYNA_TRY(const Bytes data, joined(record, group, form));
    append(info, hash(Digest::sha256, data));
  }
  return info;
}

// What could not be read proves nothing; what no issuer writes contradicts.
Verdict verdict_of(const Error& error) {
  if (error.code == Errc::misplaced_object) return failed(Reason::misplaced);
  return not_proven(error.code == Errc::file_absent ? Reason::not_read : Reason::unreadable);
}

Verdict follows(bool good, Verdict before) { return good ? before : failed(Reason::contradiction); }

// The worse of two; of equals the first.
Verdict both(Verdict a, Verdict b) {
  const auto weight = [](Verdict v) { return v.proof == Proof::failed ? 2 : v.proof == Proof::not_proven ? 1 : 0; };
  return weight(b) > weight(a) ? b : a;
}

template <typename Open>
Result<Record> opened(const SecretBytes& file, Open open) {
  if (file.empty()) return fail(Errc::file_absent);
  return open(file.view());
}

// The key that signs the records of an application, and what is known of it. No key: the verdict says why.
struct Signer {
  std::unique_ptr<PublicKey> key{};
  Verdict verdict{};
};

Signer signer_of(const SecretBytes& file, std::span<const CvAnchor> anchors) {
  if (file.empty()) return {.verdict = not_proven(Reason::not_read)};
  auto certificate = parse_cv_certificate(file.view());
  if (!certificate) return {.verdict = verdict_of(certificate.error())};
  const auto anchor = std::ranges::find(anchors, certificate->issuer, &CvAnchor::issuer);
  if (anchor == anchors.end()) return {std::move(certificate->key), not_proven(Reason::unknown_issuer)};
  const auto info = digest_info(Digest::sha256, hash(Digest::sha256, certificate->body));
  const bool certified = info && anchor->key->verify_pkcs1(*info, certificate->signature);
  return {std::move(certificate->key), follows(certified, kProven)};
}

bool has_length_of(const PublicKey& key, ByteView signature) { return signature.size() == (key.bits() + 7) / 8; }

template <typename MakeInfo>
Verdict signed_by(const Signer& signer, const Result<Record>& record, Tag signature_tag, std::span<const Form> forms, MakeInfo make_info) {
  if (!record) return verdict_of(record.error());
  if (!signer.key) return not_proven(signer.verdict.proof == Proof::failed ? Reason::unreadable : signer.verdict.reason);
  const auto signature = record->object(signature_tag);
  if (!signature || !has_length_of(*signer.key, signature->value)) return not_proven(Reason::unreadable);
  for (const Form form : forms) {
    const Result<Bytes> info = make_info(*record, form);
    if (!info) return verdict_of(info.error());
    if (signer.key->verify_pkcs1(*info, signature->value)) return signer.verdict;
  }
  return failed(Reason::contradiction);
}

Verdict signs(const Signer& signer, const Result<Record>& record, Tags tags, Tag signature_tag, std::span<const Form> forms = kEitherForm) {
  return signed_by(signer, record, signature_tag, forms, [tags](const Record& r, Form form) { return signed_info(r, tags, form); });
}

Key key_in(const Result<Record>& record, Tag tag) {
  if (!record) return Unexpected(record.error());
  MYNA_TRY(const Tlv object, record->object(tag));
  return parse_card_key(object.value);
}

// Whether the card that lies there has the key that was signed.
Verdict answered(const Challenge& challenge, const Key& key, Verdict signed_key) {
  if (!key) return both(signed_key, verdict_of(key.error()));
  if (challenge.answer.empty()) return both(signed_key, not_proven(Reason::copy));
  if (!has_length_of(**key, challenge.answer)) return both(signed_key, not_proven(Reason::unreadable));
  return follows(static_cast<bool>((*key)->verify_pkcs1(challenge.digest_info, challenge.answer)), signed_key);
}

// The hash of `data` in a record that was judged before.
Verdict hashed_in(const Result<Record>& record, Tag tag, ByteView digest, Verdict before) {
  const auto stored = record ? record->object(tag) : Result<Tlv>(Unexpected(record.error()));
  if (!stored) return both(before, verdict_of(stored.error()));
  if (stored->value.size() != digest.size()) return not_proven(Reason::unreadable);
  return follows(equal(stored->value, digest), before);
}

// EF 0002 from DF22 to the end of its container (docs/card/text.md); what is shown is parsed from these bytes and no others.
Verdict judge_attributes(const TextEvidence& evidence, const Result<Record>& integrity, Verdict before) {
  const auto attributes = opened(evidence.attributes, open_attributes);
  if (!attributes) return verdict_of(attributes.error());
  const auto bytes = attributes->from(text_tag::kName);
  if (!bytes) return verdict_of(bytes.error());
  return hashed_in(integrity, text_tag::kAttributesHash, hash(Digest::sha256, *bytes), before);
}

// EF 0003 and who signed it.
struct HashRecord {
  Signer signer;
  Result<Record> record;
  Verdict verdict{};
};

HashRecord judge_hash_record(const TextEvidence& evidence, std::span<const CvAnchor> anchors, AuthenticityReport& report) {
  HashRecord hashes{.signer = signer_of(evidence.certificate, anchors), .record = opened(evidence.integrity, open_integrity)};
  hashes.verdict = signs(hashes.signer, hashes.record, {text_tag::kNumberHash, text_tag::kAttributesHash}, text_tag::kIntegritySignature,
                         kWholeForm);
  report.add(Check::text_certificate, hashes.signer.verdict);
  report.add(Check::text_record, hashes.verdict);
  return hashes;
}

void judge_text_key(const TextEvidence& evidence, const Signer& signer, AuthenticityReport& report) {
  const auto record = opened(evidence.card_key, open_card_key);
  const Verdict signed_key = signs(signer, record, {text_tag::kCardKey}, text_tag::kCardKeySignature);
  report.add(Check::text_card_key, signed_key);
  report.add(Check::text_live_key, answered(evidence.live, key_in(record, text_tag::kCardKey), signed_key));
}

// No signature covers it: agreement proves nothing.
Verdict judge_expiry(const Result<Record>& face, const std::optional<CardRecord>& record) {
  if (!record) return not_proven(Reason::not_read);
  const auto expiry = face ? face->object(surface_tag::kExpiry) : Result<Tlv>(Unexpected(face.error()));
  if (!expiry) return not_proven(verdict_of(expiry.error()).reason);
  return as_text(expiry->value) == record->expiry ? kNotCovered : not_proven(Reason::differs);
}

Verdict judge_number_picture(const FaceEvidence& evidence, const Signer& signer) {
  const auto record = opened(evidence.number_picture, open_number_picture);
  const Verdict picture = signs(signer, record, {surface_tag::kNumberPicture, surface_tag::kNumberCardKey}, surface_tag::kNumberSignature);
  return answered(evidence.live, key_in(record, surface_tag::kNumberCardKey), picture);
}

Verdict verdict_in(const AuthenticityReport& report, Check check) {
  const auto line = std::ranges::find(report.lines(), check, &ReportLine::check);
  return line == report.lines().end() ? Verdict{} : line->verdict;
}

}  // namespace

AuthenticityReport judge(const TextEvidence& evidence, std::span<const CvAnchor> anchors) {
  AuthenticityReport report;
  const HashRecord hashes = judge_hash_record(evidence, anchors, report);
  report.add(Check::attributes_hash, judge_attributes(evidence, hashes.record, hashes.verdict));
  report.add(Check::number_hash, hashes.verdict.proof == Proof::failed ? hashes.verdict : kNotCovered);
  judge_text_key(evidence, hashes.signer, report);
  return report;
}

AuthenticityReport judge_number(const TextEvidence& evidence, ByteView digest, std::span<const CvAnchor> anchors) {
  AuthenticityReport report;
  const HashRecord hashes = judge_hash_record(evidence, anchors, report);
  report.add(Check::number_hash, hashed_in(hashes.record, text_tag::kNumberHash, digest, hashes.verdict));
  judge_text_key(evidence, hashes.signer, report);
  return report;
}

AuthenticityReport judge(const FaceEvidence& evidence, std::span<const CvAnchor> anchors) {
  AuthenticityReport report;
  const Signer signer = signer_of(evidence.certificate, anchors);
  const auto face = opened(evidence.face, open_card_face);
  const Verdict signature = signed_by(signer, face, surface_tag::kSignature, kEitherForm, three_digests);
  report.add(Check::face_certificate, signer.verdict);
  report.add(Check::face_signature, signature);
  report.add(Check::face_live_key, answered(evidence.live, key_in(face, surface_tag::kCardKey), signature));
  report.add(Check::face_security_code, kNotCovered);
  report.add(Check::card_expiry, judge_expiry(face, evidence.record));
  if (!evidence.number_picture.empty()) report.add(Check::number_picture, judge_number_picture(evidence, signer));
  return report;
}

Verdict judge(const AgeEvidence& evidence, std::span<const CvAnchor> anchors) {
  const auto record = opened(evidence.record, open_age_record);
  using namespace surface_tag;
  const Verdict signature = signs(signer_of(evidence.certificate, anchors), record, {kAgeBirthDate, kAgeCardKey}, kAgeSignature);
  return answered(evidence.live, key_in(record, kAgeCardKey), signature);
}

Verdict judge_agreement(const TextEvidence& text, const FaceEvidence& face, const AuthenticityReport& report) {
  const auto ours = opened(text.attributes, open_attributes);
  if (!ours) return not_proven(verdict_of(ours.error()).reason);
  const auto theirs = opened(face.face, open_card_face);
  if (!theirs) return not_proven(verdict_of(theirs.error()).reason);
  const Verdict both_signed = both(verdict_in(report, Check::attributes_hash), verdict_in(report, Check::face_signature));
  for (const auto& [in_text, in_face] : {std::pair<Tag, Tag>{text_tag::kBirthDate, surface_tag::kBirthDate},
                                         {text_tag::kSex, surface_tag::kSex}}) {
    const auto a = ours->object(in_text), b = theirs->object(in_face);
    if (!a || !b) return not_proven(Reason::unreadable);
    if (!equal(a->value, b->value)) return both_signed == kProven ? failed(Reason::contradiction) : not_proven(Reason::differs);
  }
  return both_signed == kProven ? kProven : not_proven(both_signed.reason);
}

}  // namespace myna
