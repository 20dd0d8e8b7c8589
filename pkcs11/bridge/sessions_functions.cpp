// SPDX-License-Identifier: Apache-2.0
// Sessions, login, PIN.
#include "bridge.hpp"
#include "pkcs11/model/pin_agent.hpp"
#include "pkcs11/tables/errors.hpp"

namespace myna::p11::bridge {
namespace {

CK_STATE state_of(const Session& session, bool logged_in) {
  const bool writing = (session.flags & CKF_RW_SESSION) != 0;
  if (logged_in) return writing ? CKS_RW_USER_FUNCTIONS : CKS_RO_USER_FUNCTIONS;
  return writing ? CKS_RW_PUBLIC_SESSION : CKS_RO_PUBLIC_SESSION;
}

// A PIN that the card does not have was never set.
CK_RV login_error(const Error& error) { return error.code == Errc::file_absent ? CKR_USER_PIN_NOT_INITIALIZED : return_value(error); }

ByteView text(CK_UTF8CHAR_PTR pin, CK_ULONG length) { return {pin, length}; }

// A login for one signature: only where the key asks for it and an operation waits.
CK_RV login_for_signature(Session& session, ByteView pin) MYNA_REQUIRES(session.mutex) {
  if (!session.sign || !session.sign->needs_login) return CKR_OPERATION_NOT_INITIALIZED;
  Slot& slot = *session.slot;
  const Status done = slot.reader().login(slot.kind(), pin, session.generation);
  if (!done) return login_error(done.error());
  session.sign->needs_login = false;
  return CKR_OK;
}

CK_RV login(Session& session, CK_USER_TYPE user, ByteView pin) MYNA_REQUIRES(session.mutex) {
  if (user == CKU_CONTEXT_SPECIFIC) return login_for_signature(session, pin);
  if (user != CKU_USER) return CKR_USER_TYPE_INVALID;
  Slot& slot = *session.slot;
  const Status done = slot.reader().login(slot.kind(), pin, session.generation);
  return done ? CKR_OK : login_error(done.error());
}

// Nobody is asked for a PIN that would not be sent.
Result<SecretBytes> ask_agent(const Slot& slot, const TokenState& state) {
  if (!state.pin) return fail(Errc::counter_unknown);
  MYNA_CHECK(may_try(*state.pin, {.source = PinSource::typed, .allow_last_try = slot.config().allow_last_try}));
  return ask_pin_agent(slot.config().pin_agent, slot.pin(), *state.pin);
}

// The program leaves the asking to the agent.
CK_RV login_by_agent(Session& session, CK_USER_TYPE user) MYNA_REQUIRES(session.mutex) {
  Slot& slot = *session.slot;
  const auto state = slot.state();
  if (!state) return return_value(state.error());
  const auto typed = ask_agent(slot, *state);
  if (!typed) return typed.error().code == Errc::pin_unavailable ? CKR_FUNCTION_FAILED : return_value(typed.error());
  return login(session, user, typed->view());
}

}  // namespace

CK_RV C_OpenSession(CK_SLOT_ID slotID, CK_FLAGS flags, CK_VOID_PTR, CK_NOTIFY, CK_SESSION_HANDLE_PTR phSession) {
  return with_module([&](Module& module) -> CK_RV {
    if (phSession == nullptr) return CKR_ARGUMENTS_BAD;
    if ((flags & CKF_SERIAL_SESSION) == 0) return CKR_SESSION_PARALLEL_NOT_SUPPORTED;
    const auto slot = module.slot(slotID);
    if (!slot) return CKR_SLOT_ID_INVALID;
    const auto has = slot->reader().has_token(slot->kind());
    if (!has) return token_error(has.error());
    if (!*has) return CKR_TOKEN_NOT_PRESENT;
    if (slot->reader().is_foreign()) return CKR_TOKEN_NOT_RECOGNIZED;
    *phSession = module.open_session(slot, flags);
    return CKR_OK;
  });
}

CK_RV C_CloseSession(CK_SESSION_HANDLE hSession) {
  return with_module([&](Module& module) -> CK_RV { return module.close_session(hSession) ? CKR_OK : CKR_SESSION_HANDLE_INVALID; });
}

CK_RV C_CloseAllSessions(CK_SLOT_ID slotID) {
  return with_module([&](Module& module) -> CK_RV {
    if (!module.slot(slotID)) return CKR_SLOT_ID_INVALID;
    module.close_sessions_of(slotID);
    return CKR_OK;
  });
}

CK_RV C_GetSessionInfo(CK_SESSION_HANDLE hSession, CK_SESSION_INFO_PTR pInfo) {
  return with_session(hSession, [pInfo](Session& session) -> CK_RV {
    if (pInfo == nullptr) return CKR_ARGUMENTS_BAD;
    *pInfo = {.slotID = session.slot->id(), .state = state_of(session, session.slot->logged_in()), .flags = session.flags,
              .ulDeviceError = 0};
    return CKR_OK;
  });
}

CK_RV C_Login(CK_SESSION_HANDLE hSession, CK_USER_TYPE userType, CK_UTF8CHAR_PTR pPin, CK_ULONG ulPinLen) {
  return with_session(hSession, [&](Session& session) MYNA_REQUIRES(session.mutex) -> CK_RV {
    if (userType == CKU_USER && session.slot->logged_in()) return CKR_USER_ALREADY_LOGGED_IN;
    if (pPin != nullptr) return login(session, userType, text(pPin, ulPinLen));
    return session.slot->config().pin_agent.empty() ? CKR_ARGUMENTS_BAD : login_by_agent(session, userType);
  });
}

// Tokens have one user, whose name is empty.
CK_RV C_LoginUser(CK_SESSION_HANDLE hSession, CK_USER_TYPE userType, CK_UTF8CHAR_PTR pPin, CK_ULONG ulPinLen, CK_UTF8CHAR_PTR pUsername,
                  CK_ULONG ulUsernameLen) {
  if (ulUsernameLen != 0) return pUsername == nullptr ? CKR_ARGUMENTS_BAD : CKR_USER_TYPE_INVALID;
  return C_Login(hSession, userType, pPin, ulPinLen);
}

CK_RV C_Logout(CK_SESSION_HANDLE hSession) {
  return with_session(hSession, [](Session& session) MYNA_REQUIRES(session.mutex) -> CK_RV {
    if (!session.slot->logged_in()) return CKR_USER_NOT_LOGGED_IN;
    session.slot->reader().logout(session.slot->kind());
    session.sign.reset();
    return CKR_OK;
  });
}

CK_RV C_SetPIN(CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pOldPin, CK_ULONG ulOldLen, CK_UTF8CHAR_PTR pNewPin, CK_ULONG ulNewLen) {
  return with_session(hSession, [&](Session& session) MYNA_REQUIRES(session.mutex) -> CK_RV {
    if (pOldPin == nullptr || pNewPin == nullptr) return CKR_ARGUMENTS_BAD;
    if ((session.flags & CKF_RW_SESSION) == 0) return CKR_SESSION_READ_ONLY;
    Slot& slot = *session.slot;
    const auto changed = slot.reader().change_pin(slot.kind(), text(pOldPin, ulOldLen), text(pNewPin, ulNewLen), session.generation);
    return changed ? CKR_OK : return_value(changed.error());
  });
}

CK_RV C_SessionCancel(CK_SESSION_HANDLE hSession, CK_FLAGS flags) {
  return with_session(hSession, [flags](Session& session) MYNA_REQUIRES(session.mutex) -> CK_RV {
    if ((flags & CKF_FIND_OBJECTS) != 0) session.find.reset();
    if ((flags & CKF_SIGN) != 0) session.sign.reset();
    if ((flags & CKF_VERIFY) != 0) session.verify.reset();
    return CKR_OK;
  });
}

}  // namespace myna::p11::bridge
