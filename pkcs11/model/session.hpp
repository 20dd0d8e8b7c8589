// SPDX-License-Identifier: Apache-2.0
// A session and the operations that are open in it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "myna/core/mutex.hpp"
#include "pkcs11/tables/mechanisms.hpp"
#include "slot.hpp"

namespace myna::p11 {

// Digests or collects what comes in parts; gives what the key signs.
class SignatureInput {
 public:
  SignatureInput(const MechanismRow& row, const KeyForm& key)
      : row_(row), most_(key.input_bytes), hasher_(row.digest ? make_hasher(*row.digest) : nullptr) {}
  const MechanismRow& row() const noexcept { return row_; }
  bool begun() const noexcept { return begun_; }
  // False when the data is longer than anything that the key signs.
  bool add(ByteView part);
  // DigestInfo, payload or hash. Errc::invalid_argument: a length that the mechanism does not take.
  Result<DataToSign> finish();

 private:
  MechanismRow row_;
  std::size_t most_;   // bytes of what is collected
  std::unique_ptr<Hasher> hasher_;
  Bytes collected_;
  bool begun_ = false;
};

struct FindOperation {
  std::vector<CK_OBJECT_HANDLE> found;
  std::size_t next = 0;
};
struct SignOperation {
  SignatureInput input;
  std::optional<DataToSign> ready{};   // after the data is complete, while a caller asks again with more room
  bool needs_login = false;             // CKA_ALWAYS_AUTHENTICATE: a context login has to come
};
struct VerifyOperation {
  SignatureInput input;
};

struct Session {
  Session(std::shared_ptr<Slot> in, CK_FLAGS how, std::uint32_t card) : slot(std::move(in)), flags(how), generation(card) {}
  const std::shared_ptr<Slot> slot;
  const CK_FLAGS flags;
  const std::uint32_t generation;
  Mutex mutex;
  std::optional<FindOperation> find MYNA_GUARDED_BY(mutex);
  std::optional<SignOperation> sign MYNA_GUARDED_BY(mutex);
  std::optional<VerifyOperation> verify MYNA_GUARDED_BY(mutex);
};

}  // namespace myna::p11
