// SPDX-License-Identifier: Apache-2.0
#include "myna/use_cases/log_in.hpp"

#include <algorithm>

namespace myna {

void Challenges::drop_old(std::chrono::sys_seconds now) {
  std::erase_if(made_, [&](const auto& entry) { return now - entry.second > lifetime_; });
  if (made_.size() < most_) return;
  const auto oldest = std::ranges::min_element(made_, {}, [](const auto& entry) { return entry.second; });
  if (oldest != made_.end()) made_.erase(oldest);
}

Bytes Challenges::make(std::chrono::sys_seconds now) {
  Nonce challenge{};
  fill_random(challenge);
  const MutexLock lock(mutex_);
  drop_old(now);
  made_.emplace(challenge, now);
  return Bytes(challenge.begin(), challenge.end());
}

bool Challenges::use(ByteView challenge, std::chrono::sys_seconds now) {
  Nonce wanted{};
  if (challenge.size() != wanted.size()) return false;
  std::ranges::copy(challenge, wanted.begin());
  const MutexLock lock(mutex_);
  const auto made = made_.find(wanted);
  if (made == made_.end()) return false;
  const bool fresh = now - made->second <= lifetime_;
  made_.erase(made);
  return fresh;
}

std::size_t Challenges::pending() const {
  const MutexLock lock(mutex_);
  return made_.size();
}

// Lengths first, so that no two pairs give the same bytes.
Bytes log_in_message(std::string_view audience, ByteView challenge) {
  Bytes message;
  append(message, as_bytes("myna log-in 1\n"));
  message.push_back(static_cast<Byte>(audience.size()));
  append(message, as_bytes(audience));
  append(message, challenge);
  return message;
}

Result<Verdict> check_log_in(const LogInAnswer& answer, std::chrono::sys_seconds now, bool test_issuers) {
  MYNA_TRY(const auto key, certificate_rsa_key(answer.certificate));
  MYNA_TRY(const Bytes info, digest_info(Digest::sha256, hash(Digest::sha256, log_in_message(answer.audience, answer.challenge))));
  MYNA_CHECK(key->verify_pkcs1(info, answer.signature));
  return judge_chain(answer.certificate, answer.issuer, now, test_issuers);
}

}  // namespace myna
