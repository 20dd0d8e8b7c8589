// SPDX-License-Identifier: Apache-2.0
// What verification answers, whatever the format: a report for each signer, check by check, saying what was not checked.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "myna/core/bytes.hpp"
#include "myna/crypto/crypto.hpp"

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

}  // namespace myna
