// SPDX-License-Identifier: Apache-2.0
// Signing with the card, verifying with the public key of its certificate.
#include <algorithm>

#include "bridge.hpp"
#include "pkcs11/tables/digest_info.hpp"
#include "pkcs11/tables/errors.hpp"
#include "pkcs11/tables/objects.hpp"

namespace myna::p11::bridge {
namespace {

Result<MechanismRow> chosen_mechanism(const Slot& slot, const CK_MECHANISM& wanted, CK_RV& answer) {
  const auto row = mechanism(slot.config(), slot.pss(), wanted.mechanism);
  answer = row ? CKR_MECHANISM_PARAM_INVALID : CKR_MECHANISM_INVALID;
  if (!row || !has_right_parameter(*row, wanted)) return fail(Errc::invalid_argument);
  answer = CKR_OK;
  return *row;
}

// The certificate must be there for the key to be one; a key of another kind cannot do this.
CK_RV check_key(Session& session, CK_OBJECT_HANDLE key, CK_OBJECT_HANDLE wanted) {
  Slot& slot = *session.slot;
  const auto certificate = slot.reader().certificate(slot.kind(), session.generation);
  if (!certificate) return return_value(certificate.error());
  const bool exists = *certificate != nullptr && (key == kPrivateKey || key == kPublicKey);
  if (!exists) return CKR_KEY_HANDLE_INVALID;
  if (!(*certificate)->key) return CKR_KEY_TYPE_INCONSISTENT;
  return key == wanted ? CKR_OK : CKR_KEY_FUNCTION_NOT_PERMITTED;
}

// The signature key is for documents: what is no DigestInfo is refused (docs/card/rules.md, 11).
CK_RV check_request(const Session& session, const DataToSign& request) {
  if (request.pss || session.slot->kind() == KeyKind::auth) return CKR_OK;
  return is_digest_info(request.data) ? CKR_OK : CKR_DATA_INVALID;
}

// The operation stays while a caller has too little room, and ends in every other case.
CK_RV finish_signature(Session& session, CK_BYTE_PTR signature, CK_ULONG& length) MYNA_REQUIRES(session.mutex) {
  SignOperation& operation = *session.sign;
  if (operation.needs_login) return CKR_USER_NOT_LOGGED_IN;
  if (!operation.ready) {
    auto request = operation.input.finish();
    if (!request) return CKR_DATA_LEN_RANGE;
    if (const CK_RV refused = check_request(session, *request); refused != CKR_OK) return refused;
    operation.ready = *std::move(request);
  }
  Slot& slot = *session.slot;
  const auto made = slot.reader().sign(slot.kind(), *operation.ready, session.generation);
  if (!made) return return_value(made.error());
  std::ranges::copy(*made, signature);
  length = made->size();
  return CKR_OK;
}

CK_RV end_with(Session& session, CK_RV answer) MYNA_REQUIRES(session.mutex) {
  session.sign.reset();
  return answer;
}

CK_RV verify_now(Session& session, ByteView signature) MYNA_REQUIRES(session.mutex) {
  const Slot& slot = *session.slot;
  auto request = session.verify->input.finish();
  session.verify.reset();
  if (!request) return CKR_DATA_LEN_RANGE;
  if (signature.size() != slot.key().signature_bytes) return CKR_SIGNATURE_LEN_RANGE;
  const auto certificate = slot.reader().certificate(slot.kind(), session.generation);
  if (!certificate || !*certificate || !(*certificate)->key) return CKR_KEY_HANDLE_INVALID;
  const PublicKey& key = *(*certificate)->key;
  const Status good = request->pss ? key.verify_pss_sha256(request->data, signature) : key.verify_pkcs1(request->data, signature);
  return good ? CKR_OK : CKR_SIGNATURE_INVALID;
}

}  // namespace

CK_RV C_SignInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
  return with_session(hSession, [&](Session& session) MYNA_REQUIRES(session.mutex) -> CK_RV {
    if (pMechanism == nullptr) return CKR_ARGUMENTS_BAD;
    if (session.sign) return CKR_OPERATION_ACTIVE;
    CK_RV answer = CKR_OK;
    const auto row = chosen_mechanism(*session.slot, *pMechanism, answer);
    if (!row) return answer;
    if (!session.slot->logged_in()) return CKR_USER_NOT_LOGGED_IN;
    if (const CK_RV key = check_key(session, hKey, kPrivateKey); key != CKR_OK) return key;
    session.sign.emplace(
        SignOperation{.input = SignatureInput(*row, session.slot->key()), .needs_login = session.slot->config().always_authenticate});
    return CKR_OK;
  });
}

CK_RV C_Sign(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature, CK_ULONG_PTR pulSignatureLen) {
  return with_session(hSession, [&](Session& session) MYNA_REQUIRES(session.mutex) -> CK_RV {
    if (!session.sign) return CKR_OPERATION_NOT_INITIALIZED;
    if (pulSignatureLen == nullptr || (pData == nullptr && ulDataLen != 0)) return end_with(session, CKR_ARGUMENTS_BAD);
    const Room room = room_for(pSignature, *pulSignatureLen, session.slot->key().signature_bytes);
    if (!room.fits) return room.answer;
    if (session.sign->input.begun()) return end_with(session, CKR_OPERATION_ACTIVE);
    if (!session.sign->input.add({pData, ulDataLen})) return end_with(session, CKR_DATA_LEN_RANGE);
    return end_with(session, finish_signature(session, pSignature, *pulSignatureLen));
  });
}

CK_RV C_SignUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen) {
  return with_session(hSession, [&](Session& session) MYNA_REQUIRES(session.mutex) -> CK_RV {
    if (!session.sign) return CKR_OPERATION_NOT_INITIALIZED;
    if (pPart == nullptr && ulPartLen != 0) return end_with(session, CKR_ARGUMENTS_BAD);
    return session.sign->input.add({pPart, ulPartLen}) ? CKR_OK : end_with(session, CKR_DATA_LEN_RANGE);
  });
}

CK_RV C_SignFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSignature, CK_ULONG_PTR pulSignatureLen) {
  return with_session(hSession, [&](Session& session) MYNA_REQUIRES(session.mutex) -> CK_RV {
    if (!session.sign) return CKR_OPERATION_NOT_INITIALIZED;
    if (pulSignatureLen == nullptr) return end_with(session, CKR_ARGUMENTS_BAD);
    const Room room = room_for(pSignature, *pulSignatureLen, session.slot->key().signature_bytes);
    if (!room.fits) return room.answer;
    return end_with(session, finish_signature(session, pSignature, *pulSignatureLen));
  });
}

CK_RV C_VerifyInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
  return with_session(hSession, [&](Session& session) MYNA_REQUIRES(session.mutex) -> CK_RV {
    if (pMechanism == nullptr) return CKR_ARGUMENTS_BAD;
    if (session.verify) return CKR_OPERATION_ACTIVE;
    CK_RV answer = CKR_OK;
    const auto row = chosen_mechanism(*session.slot, *pMechanism, answer);
    if (!row) return answer;
    if (const CK_RV key = check_key(session, hKey, kPublicKey); key != CKR_OK) return key;
    session.verify.emplace(VerifyOperation{SignatureInput(*row, session.slot->key())});
    return CKR_OK;
  });
}

CK_RV C_Verify(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen) {
  return with_session(hSession, [&](Session& session) MYNA_REQUIRES(session.mutex) -> CK_RV {
    if (!session.verify) return CKR_OPERATION_NOT_INITIALIZED;
    const bool sound = (pData != nullptr || ulDataLen == 0) && pSignature != nullptr;
    const bool taken = sound && session.verify->input.add({pData, ulDataLen});
    if (taken) return verify_now(session, {pSignature, ulSignatureLen});
    session.verify.reset();
    return sound ? CKR_DATA_LEN_RANGE : CKR_ARGUMENTS_BAD;
  });
}

CK_RV C_VerifyUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen) {
  return with_session(hSession, [&](Session& session) MYNA_REQUIRES(session.mutex) -> CK_RV {
    if (!session.verify) return CKR_OPERATION_NOT_INITIALIZED;
    const bool sound = pPart != nullptr || ulPartLen == 0;
    if (sound && session.verify->input.add({pPart, ulPartLen})) return CKR_OK;
    session.verify.reset();
    return sound ? CKR_DATA_LEN_RANGE : CKR_ARGUMENTS_BAD;
  });
}

CK_RV C_VerifyFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen) {
  return with_session(hSession, [&](Session& session) MYNA_REQUIRES(session.mutex) -> CK_RV {
    if (!session.verify) return CKR_OPERATION_NOT_INITIALIZED;
    if (pSignature != nullptr) return verify_now(session, {pSignature, ulSignatureLen});
    session.verify.reset();
    return CKR_ARGUMENTS_BAD;
  });
}

}  // namespace myna::p11::bridge
