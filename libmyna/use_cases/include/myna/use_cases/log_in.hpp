// SPDX-License-Identifier: Apache-2.0
// The server's side of a log-in by card: challenges that count once, and the judgement of an answer.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <string_view>

#include "myna/core/mutex.hpp"
#include "myna/trust/authenticity.hpp"

namespace myna {

// Challenges that were given and not used yet. Thread-safe; one process: several servers need a store of their own that they share.
class Challenges {
 public:
  explicit Challenges(std::chrono::seconds lifetime = std::chrono::minutes(5), std::size_t most = 10'000)
      : lifetime_(lifetime), most_(most) {}

  // 32 random bytes. Above the limit the oldest is forgotten.
  Bytes make(std::chrono::sys_seconds now);
  // True once for each that was made and is not too old.
  bool use(ByteView challenge, std::chrono::sys_seconds now);
  std::size_t pending() const;

 private:
  using Nonce = std::array<Byte, 32>;
  void drop_old(std::chrono::sys_seconds now) MYNA_REQUIRES(mutex_);

  std::chrono::seconds lifetime_;
  std::size_t most_;
  mutable Mutex mutex_;
  std::map<Nonce, std::chrono::sys_seconds> made_ MYNA_GUARDED_BY(mutex_);
};

// What the authentication key signs for a log-in: bound to who asks, so that an answer for one is worth nothing to another. `audience`: 1
// to 255 bytes.
Bytes log_in_message(std::string_view audience, ByteView challenge);

struct LogInAnswer {
  ByteView certificate, issuer, signature;   // DER, DER, and PKCS#1 v1.5 over log_in_message()
  std::string_view audience;
  ByteView challenge;                        // ask Challenges::use() for it first
};

// signature_mismatch: not made by this certificate's key for this audience and challenge. Otherwise what the chain is worth: `proven` for a
// pinned issuer and today's date. Revocation is not covered.
Result<Verdict> check_log_in(const LogInAnswer& answer, std::chrono::sys_seconds now, bool test_issuers = false);

}  // namespace myna
