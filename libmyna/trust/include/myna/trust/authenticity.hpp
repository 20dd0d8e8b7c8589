// SPDX-License-Identifier: Apache-2.0
// What was proven about a card and its data, what not (docs/card/records.md). Evidence is collected in one transaction; judging is pure.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "myna/card/applications/common.hpp"
#include "myna/card/applications/surface.hpp"
#include "myna/card/applications/text.hpp"
#include "myna/core/secret.hpp"
#include "myna/crypto/crypto.hpp"
#include "myna/trust/cv_certificate.hpp"

namespace myna {

enum class Proof : std::uint8_t {
  proven,        // of the bytes that are shown, with the key of the card that lies there now
  not_proven,    // see Reason; nobody is accused
  failed,        // a contradiction that mathematics shows, or an object where no issuer puts it
  not_covered,   // nothing on the card can prove it
};
std::string_view to_string(Proof proof) noexcept;   // proven, not-proven, failed, not-covered

enum class Reason : std::uint8_t {
  none,
  not_read,         // no PIN for it was given, or the card does not give it
  unreadable,       // not in the form that this software knows, which is known from one source (docs/card/records.md)
  unknown_issuer,   // nobody named the issuer of this key
  out_of_date,      // outside the dates of the certificate
  copy,             // the card's own key did not answer: a copy would look the same
  differs,          // from another value that has no common signature
  contradiction,    // a signature, hash or answer does not fit a key that could be read
  misplaced,        // an object occurs twice or out of its place
};
std::string_view to_string(Reason reason) noexcept;   // as JSON names it: unknown-issuer ...; empty for none
Text describe(Reason reason) noexcept;

struct Verdict {
  Proof proof = Proof::not_proven;
  Reason reason = Reason::not_read;
  bool operator==(const Verdict&) const = default;
};
inline constexpr Verdict kProven{Proof::proven, Reason::none};
inline constexpr Verdict kNotCovered{Proof::not_covered, Reason::none};
constexpr Verdict not_proven(Reason reason) noexcept { return {Proof::not_proven, reason}; }
constexpr Verdict failed(Reason reason) noexcept { return {Proof::failed, reason}; }

enum class Check : std::uint8_t {
  text_certificate, text_record, attributes_hash, number_hash, text_card_key, text_live_key,
  face_certificate, face_signature, face_live_key, face_security_code, card_expiry, number_picture,
  auth_key, face_agreement, certificate_agreement, issuer_agreement, revocation,
};
std::string_view to_string(Check check) noexcept;   // as JSON names it: text-certificate ...
Text describe(Check check) noexcept;

struct ReportLine {
  Check check;
  Verdict verdict;
};

class AuthenticityReport {
 public:
  void add(Check check, Verdict verdict) { lines_.push_back({check, verdict}); }
  void add(const AuthenticityReport& other) { lines_.insert(lines_.end(), other.lines_.begin(), other.lines_.end()); }
  std::span<const ReportLine> lines() const noexcept { return lines_; }
  bool any(Proof proof) const noexcept;
  // Of all lines together, the live key among them: the first that failed, else the first not proven, else proven.
  Verdict verdict() const noexcept;

 private:
  std::vector<ReportLine> lines_;
};

// A random challenge and what a key of the card answered. Empty when it was not asked or did not answer.
struct Challenge {
  Bytes digest_info;
  Bytes answer;
};
Challenge make_challenge();   // 32 random bytes, hashed

// Files as read; empty when the card does not give them, or its PIN was not given.
struct TextEvidence {
  SecretBytes certificate{};   // EF 0004
  SecretBytes attributes{};    // EF 0002
  SecretBytes integrity{};     // EF 0003
  SecretBytes card_key{};      // EF 0007
  Challenge live{};            // answered by the default key
};

struct FaceEvidence {
  SecretBytes certificate{};            // EF 0004
  SecretBytes face{};                   // EF 0002
  SecretBytes number_picture{};         // EF 0005, only when it was asked for
  Challenge live{};
  std::optional<CardRecord> record{};   // of the 共通カードAP
};

struct AgeEvidence {
  SecretBytes certificate{};   // EF 0004
  SecretBytes record{};        // EF 0001
  Challenge live{};
};

// Collecting, in the caller's transaction. Errors: those of the link. What the card answered, and had no fitting data for, is missing
// evidence and no failure of the command.
template <typename T, typename Kept>
Status keep_if_given(Result<T> read, Kept& to) {
  if (read) to = *std::move(read);
  else if (!card_answered(read.error())) return Unexpected(read.error());
  return {};
}
// Free, and teaches extended length while no PIN is open.
Status collect_certificate(TextApplication& text, TextEvidence& evidence);
Status collect_certificate(SurfaceApplication& surface, SecretBytes& certificate);
// The PIN is open. Costs four to nine commands.
Status collect(TextApplication& text, TextEvidence& evidence);
// Code A is open, and the attributes stay closed: record of hashes, key and challenge.
Status collect_without_attributes(TextApplication& text, TextEvidence& evidence);
// The code is open. Costs two commands and the reading of the face.
Status collect(SurfaceApplication& surface, FaceEvidence& evidence);
// The birth date is open. Three commands.
Status collect(SurfaceApplication& surface, AgeEvidence& evidence);
// Record 1 of the 共通カードAP, which phones do not have.
Status collect_card_record(CardTransaction& transaction, std::optional<CardRecord>& record);

// The 個人番号 is not read for a report: number-hash is not-covered, or failed when the record that holds its hash is forged.
AuthenticityReport judge(const TextEvidence& evidence, std::span<const CvAnchor> anchors);
AuthenticityReport judge(const FaceEvidence& evidence, std::span<const CvAnchor> anchors);
// The number alone; `digest`: SHA-256 over EF 0001 as it was read (my_number.hpp).
AuthenticityReport judge_number(const TextEvidence& evidence, ByteView digest, std::span<const CvAnchor> anchors);
// Whether the birth date is the one that was signed, for the card that lies there (docs/card/surface.md).
Verdict judge(const AgeEvidence& evidence, std::span<const CvAnchor> anchors);

// A holder's certificate and the CA certificate beside it on the card. failed: the CA that it names did not sign it. not_proven: outside
// its dates, or an issuer that is not pinned. `test_issuers`: those of virtual cards count too.
Verdict judge_chain(ByteView certificate, ByteView issuer, std::chrono::sys_seconds now, bool test_issuers);

// Birth date and sex of the attributes and of the card face; only one card binds them (docs/card/records.md). failed: both are signed and
// differ.
Verdict judge_agreement(const TextEvidence& text, const FaceEvidence& face, const AuthenticityReport& report);

}  // namespace myna
