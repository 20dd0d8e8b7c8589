// SPDX-License-Identifier: Apache-2.0
#include "session.hpp"

#include "myna/core/secret.hpp"

namespace myna::p11 {

bool SignatureInput::add(ByteView part) {
  begun_ = true;
  if (hasher_) {
    hasher_->update(part);
    return true;
  }
  if (collected_.size() + part.size() > most_) return false;
  append(collected_, part);
  return true;
}

Result<DataToSign> SignatureInput::finish() {
  const bool pss = row_.padding == Padding::pss;
  Bytes data = hasher_ ? hasher_->finish() : std::move(collected_);
  if (pss) return data.size() == 32 ? Result<DataToSign>(DataToSign{std::move(data), true}) : fail(Errc::invalid_argument);
  if (row_.digest) {
    MYNA_TRY(data, digest_info(*row_.digest, data));
  }
  if (data.empty()) return fail(Errc::invalid_argument);
  return DataToSign{std::move(data), false};
}

}  // namespace myna::p11
