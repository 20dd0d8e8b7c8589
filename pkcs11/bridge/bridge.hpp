// SPDX-License-Identifier: Apache-2.0
// The functions behind the exports, ordinary C++, and what they share.
#pragma once

#include <array>
#include <string_view>

#include "pkcs11/cryptoki.hpp"
#include "pkcs11/model/module.hpp"

namespace myna::p11::bridge {

#define P11_FN(name, parameters, arguments) CK_RV name parameters;
#define P11_NO(name, parameters)
#include "pkcs11/functions.def"
#undef P11_FN
#undef P11_NO

CK_RV unsupported();
std::array<CK_INTERFACE, 2>& interfaces();
CK_FUNCTION_LIST* function_list();

// Runs `work(Module&)` with a snapshot of the module, which outlives the call whatever C_Finalize does meanwhile.
template <typename Work>
CK_RV with_module(Work work) {
  const auto module = Module::current();
  return module ? work(*module) : CKR_CRYPTOKI_NOT_INITIALIZED;
}

// Runs `work(Slot&)`.
template <typename Work>
CK_RV with_slot(CK_SLOT_ID id, Work work) {
  return with_module([&](Module& module) -> CK_RV {
    const auto slot = module.slot(id);
    return slot ? work(*slot) : CKR_SLOT_ID_INVALID;
  });
}

// Runs `work(Session&)` while no other call uses the session. A session of a card that has gone is closed.
template <typename Work>
CK_RV with_session(CK_SESSION_HANDLE handle, Work work) {
  return with_module([&](Module& module) -> CK_RV {
    const auto session = module.session(handle);
    if (!session) return CKR_SESSION_HANDLE_INVALID;
    const MutexLock lock(session->mutex);
    return work.operator()(*session);   // written out, or clang takes `work` for the session that the lambda requires
  });
}

// Blank padded, as the standard wants its texts; cut where they do not fit.
template <std::size_t N>
void put_text(CK_UTF8CHAR (&field)[N], std::string_view text) {
  for (std::size_t i = 0; i < N; ++i) field[i] = static_cast<CK_UTF8CHAR>(i < text.size() ? text[i] : ' ');
}

// The size convention of the standard (PKCS#11 3.0, 5.2): true when `size` bytes fit into the caller's buffer, else `answer` is what to
// return.
struct Room {
  bool fits;
  CK_RV answer;
};
inline Room room_for(const void* buffer, CK_ULONG& length, CK_ULONG size) {
  const CK_ULONG given = length;
  length = size;
  if (buffer == nullptr) return {false, CKR_OK};
  return {given >= size, CKR_BUFFER_TOO_SMALL};
}

}  // namespace myna::p11::bridge
