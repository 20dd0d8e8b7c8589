// SPDX-License-Identifier: Apache-2.0
// What was proven about a card and its data, and what was not (CARD.md 3.8). Evidence is collected in one transaction; judging it is pure.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "myna/common_ap.hpp"
#include "myna/crypto.hpp"
#include "myna/cv_certificate.hpp"
#include "myna/secret.hpp"
#include "myna/surface_ap.hpp"
#include "myna/text_ap.hpp"

namespace myna {

enum class Proof : std::uint8_t {
  proven,
  not_proven,    // not given, not readable, or no trust anchor for it
  failed,        // evidence that contradicts
  not_covered,   // nothing on the card can prove it
};
std::string_view to_string(Proof proof) noexcept;   // proven, not-proven, failed, not-covered

enum class Check : std::uint8_t {
  text_certificate, text_record, attributes_hash, number_hash, text_card_key, text_live_key,
  face_certificate, face_signature, face_live_key, face_security_code, card_expiry,
  auth_key, face_agreement, certificate_agreement, issuer_agreement, revocation,
};
std::string_view to_string(Check check) noexcept;   // as JSON names it: text-certificate ...
Text describe(Check check) noexcept;

struct ReportLine {
  Check check;
  Proof result;
};

class AuthenticityReport {
 public:
  void add(Check check, Proof result) { lines_.push_back({check, result}); }
  void add(const AuthenticityReport& other) { lines_.insert(lines_.end(), other.lines_.begin(), other.lines_.end()); }
  std::span<const ReportLine> lines() const noexcept { return lines_; }
  bool any(Proof result) const noexcept;

 private:
  std::vector<ReportLine> lines_;
};

// A random challenge and what a key of the card answered. Empty when it was not asked or did not answer.
struct Challenge {
  Bytes digest_info;
  Bytes answer;
};
Challenge make_challenge();   // 32 random bytes, hashed

// Files as read; empty when absent or not opened.
struct TextEvidence {
  SecretBytes certificate;   // EF 0004
  SecretBytes attributes;    // EF 0002
  SecretBytes integrity;     // EF 0003
  SecretBytes card_key;      // EF 0007
  Challenge live;            // answered by the default key
};

struct FaceEvidence {
  SecretBytes certificate;            // EF 0004
  SecretBytes face;                   // EF 0002
  Challenge live;
  std::optional<CardRecord> record;   // of the 共通カードAP
};

// The PIN is open; `certificate` was read before (it is free, and teaches extended length while no PIN is open). Costs four to nine
// commands. Errors: those of the transaction; a file that the card lacks is left empty.
Status collect(TextApplication& text, TextEvidence& evidence);

// The code is open. Costs two commands and the reading of the face.
Status collect(SurfaceApplication& surface, FaceEvidence& evidence);

// The 個人番号 is not read for a report: number-hash is not-covered, or failed when the record that holds its hash is forged.
AuthenticityReport judge(const TextEvidence& evidence, std::span<const CvAnchor> anchors);
AuthenticityReport judge(const FaceEvidence& evidence, std::span<const CvAnchor> anchors);

// A holder's certificate and the CA certificate beside it on the card. failed: not issued by it. not_proven: outside its dates, or an
// issuer that is not pinned. `test_issuers`: those of virtual cards count too.
Proof judge_chain(ByteView certificate, ByteView issuer, std::chrono::sys_seconds now, bool test_issuers);

// The age record (SurfaceFile::age) and the certificate of its application: whether the birth date is the one that was signed (CARD.md 3.5).
Proof judge_age_record(ByteView record, ByteView certificate, std::span<const CvAnchor> anchors);

// Birth date and sex of the attributes and of the card face; only both sitting on one card binds them (CARD.md 3.8). Nothing when one is absent.
Proof judge_agreement(const TextEvidence& text, const FaceEvidence& face);

}  // namespace myna
