// SPDX-License-Identifier: Apache-2.0
// Verification of CMS signatures, check by check, saying what was not checked.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "myna/documents/cms.hpp"

namespace myna {

enum class CheckResult : std::uint8_t { good, bad, not_checked };

// One row a check. `code` is stable: content, signature, signing-certificate, chain, validity, key-usage, policy,
// revocation, timestamp; formats add their own.
struct SignatureCheck {
  std::string_view code;
  CheckResult result = CheckResult::not_checked;
  Text reason;
};

struct VerifyOptions {
  std::vector<Bytes> trust_anchors;               // DER; beside the pinned issuer generations
  std::optional<std::chrono::sys_seconds> at;     // the time to judge validity at; none: now
  std::vector<Bytes> crls;                        // DER
  std::vector<Bytes> ocsp_responses;              // DER
};

// What a time-stamp token says and whether it holds.
struct Stamp {
  // One row of code "timestamp". good: everything holds and the authority is trusted; not_checked: everything holds, but nobody said that
  // the authority is trusted; bad: anything else.
  SignatureCheck check{.code = "timestamp", .result = CheckResult::bad, .reason = {}};
  std::optional<std::chrono::sys_seconds> time;   // none when the token is damaged
  std::string authority;                          // subject of its certificate, empty without one
};

struct SignerReport {
  std::optional<CertificateFields> signer;        // none when the certificate is not in the signature
  std::optional<std::chrono::sys_seconds> claimed_time;   // signingTime: what the signer's clock said
  std::vector<Stamp> stamps{};                    // over the signature's value; each has its row in `checks`
  std::vector<SignatureCheck> checks;
  // what it signs where that is not simply the file: "/", "/DataRoot/構成情報", "file:950A_01.xml" (XML, ASiC)
  std::vector<std::string> covered{};
  bool good() const noexcept;                     // no check is bad
};

// A signature taken apart: the content, if it is inside, passes by once and is never held.
class CmsReader {
 public:
  // Reads BER or DER up to its end. The content goes to `content`, which is called with pieces. Errors: malformed, those
  // of source and sink.
  static Result<CmsReader> read(const ByteSource& source, const ByteSink& content);

  bool attached() const noexcept { return attached_; }
  // The signature without its content, as BER.
  ByteView detached() const noexcept { return detached_; }

 private:
  Bytes detached_;
  bool attached_ = false;
};

// The digests that a signature may use, over content that passes by once: which one is wanted stands behind it.
class ContentHashes {
 public:
  ContentHashes();
  void update(ByteView piece);
  void finish();
  ByteView of(Digest digest) const;   // after finish(); sha256, sha384 and sha512
  // The content is a SET OF attributes. A signature without signed attributes over such content may be one with attributes that was
  // taken from another content: the value is the same (RFC 5652, 5.4).
  bool looks_like_attributes() const;

 private:
  std::map<Digest, std::unique_ptr<Hasher>> hashers_;
  std::map<Digest, Bytes> values_;
  Bytes start_;
  std::uint64_t size_ = 0;
};

// Verifies every signer over the content. Errors: malformed when this is no SignedData; what is checked and bad is in the
// report and is no error, a signature without a signer too.
Result<std::vector<SignerReport>> verify_cms(ByteView detached, const ContentHashes& content, const VerifyOptions& options);

}  // namespace myna
