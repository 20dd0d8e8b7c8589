// SPDX-License-Identifier: Apache-2.0
// Time stamps (RFC 3161, RFC 5816): the query, the check of what came back, the way there and back, and the check of a token that stands in
// a signature.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "myna/core/secret.hpp"
#include "myna/documents/report.hpp"
#include "myna/documents/document.hpp"

namespace myna {

// The hash of what was stamped, by SHA-256, 384 or 512; empty when it is not known by that one.
using StampedHash = std::function<Bytes(Digest)>;

// Checked: form, imprint, the authority's signature, its signing-certificate attribute, that its key is for time stamps only (RFC 3161,
// 2.3), that its certificate was valid then, and the chain to `options.trust_anchors`.
Stamp verify_timestamp(ByteView token, const StampedHash& hash_of, const VerifyOptions& options);
Stamp verify_timestamp(ByteView token, ByteView stamped, const VerifyOptions& options);

// A question to an authority, with a nonce of 128 random bits, and a certificate asked for.
class TimestampQuery {
 public:
  // Errors: invalid_argument (not 32 bytes), crypto_failed.
  static Result<TimestampQuery> make(ByteView sha256);

  ByteView der() const noexcept { return der_; }
  // The token out of the DER of a TimeStampResp. With anchors the authority must chain to one of them. Errors: timestamp_failed (the
  // authority refused), timestamp_invalid (anything that is not the answer to this query).
  Result<Bytes> token_from(ByteView response, const std::vector<Bytes>& anchors) const;

 private:
  Bytes der_;
  Bytes sha256_;
  Bytes nonce_;
};

// An authority on the network.
struct TsaAccess {
  std::string url;                        // http or https
  std::string user{};
  SecretBytes password{};
  std::string certificate{};              // paths of PEM files, for TLS
  std::string key{};
  std::vector<std::string> headers{};     // "NAME: VALUE"
  std::vector<Bytes> anchors{};           // DER
  std::chrono::seconds timeout{30};       // for the whole request
  std::stop_token stop{};
};

// Over HTTP (RFC 3161, 3.4). No redirection is followed, and an answer above 1 MiB is none. Errors of token(): those of TimestampQuery,
// timestamp_failed when there is no answer, cancelled.
std::unique_ptr<TimeStamper> make_http_time_stamper(TsaAccess access);

}  // namespace myna
