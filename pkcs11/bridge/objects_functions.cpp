// SPDX-License-Identifier: Apache-2.0
// Finding objects and reading their attributes: from memory, once the certificate was read.
#include <algorithm>
#include <cstring>

#include "bridge.hpp"
#include "pkcs11/tables/errors.hpp"
#include "pkcs11/tables/objects.hpp"

namespace myna::p11::bridge {
namespace {

bool asks_for_counter(const CK_ATTRIBUTE* attributes, CK_ULONG count) {
  return std::any_of(attributes, attributes + count, [](const CK_ATTRIBUTE& wanted) {
    constexpr CK_OBJECT_CLASS kCounter = CKO_MYNA_PIN_COUNTER;
    return wanted.type == CKA_CLASS && wanted.ulValueLen == sizeof kCounter && std::memcmp(wanted.pValue, &kCounter, sizeof kCounter) == 0;
  });
}

// What the session may see now. Only the counter costs commands after the first time.
Result<std::vector<Object>> visible_objects(Session& session, bool with_counter) {
  Slot& slot = *session.slot;
  MYNA_TRY(const SharedCertificate certificate, slot.reader().certificate(slot.kind(), session.generation));
  std::optional<TokenState> state;
  if (with_counter) {
    MYNA_TRY(state, slot.state());
  }
  std::vector<Object> objects = make_objects(slot, certificate, state && state->pin ? &*state->pin : nullptr);
  const bool logged_in = slot.logged_in();
  std::erase_if(objects, [logged_in](const Object& object) { return object.is_private && !logged_in; });
  return objects;
}

bool has_value(const Object& object, const CK_ATTRIBUTE& wanted) {
  const Attribute* attribute = attribute_of(object, wanted.type);
  if (attribute == nullptr || !attribute->value || attribute->value->size() != wanted.ulValueLen) return false;
  return wanted.ulValueLen == 0 || std::memcmp(attribute->value->data(), wanted.pValue, wanted.ulValueLen) == 0;
}

bool matches(const Object& object, const CK_ATTRIBUTE* attributes, CK_ULONG count) {
  return std::all_of(attributes, attributes + count, [&object](const CK_ATTRIBUTE& wanted) { return has_value(object, wanted); });
}

bool is_sound(const CK_ATTRIBUTE* attributes, CK_ULONG count) {
  if (attributes == nullptr) return count == 0;
  return std::none_of(attributes, attributes + count, [](const CK_ATTRIBUTE& a) { return a.pValue == nullptr && a.ulValueLen != 0; });
}

// The five cases of C_GetAttributeValue (PKCS#11 3.0, 5.7.5), for one attribute.
CK_RV give(const Object& object, CK_ATTRIBUTE& wanted) {
  const Attribute* attribute = attribute_of(object, wanted.type);
  if (attribute == nullptr || !attribute->value) {
    wanted.ulValueLen = CK_UNAVAILABLE_INFORMATION;
    return attribute == nullptr ? CKR_ATTRIBUTE_TYPE_INVALID : CKR_ATTRIBUTE_SENSITIVE;   // cases 2 and 1
  }
  const Bytes& value = *attribute->value;
  if (wanted.pValue != nullptr && wanted.ulValueLen < value.size()) {
    wanted.ulValueLen = CK_UNAVAILABLE_INFORMATION;                                        // case 5
    return CKR_BUFFER_TOO_SMALL;
  }
  if (wanted.pValue != nullptr && !value.empty()) std::memcpy(wanted.pValue, value.data(), value.size());
  wanted.ulValueLen = value.size();                                                        // cases 3 and 4
  return CKR_OK;
}

}  // namespace

CK_RV C_FindObjectsInit(CK_SESSION_HANDLE hSession, CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount) {
  return with_session(hSession, [&](Session& session) MYNA_REQUIRES(session.mutex) -> CK_RV {
    if (!is_sound(pTemplate, ulCount)) return CKR_ARGUMENTS_BAD;
    if (session.find) return CKR_OPERATION_ACTIVE;
    const auto objects = visible_objects(session, asks_for_counter(pTemplate, ulCount));
    if (!objects) return return_value(objects.error());
    FindOperation operation;
    for (const Object& object : *objects) {
      if (matches(object, pTemplate, ulCount)) operation.found.push_back(object.handle);
    }
    session.find = std::move(operation);
    return CKR_OK;
  });
}

CK_RV C_FindObjects(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE_PTR phObject, CK_ULONG ulMaxObjectCount, CK_ULONG_PTR pulObjectCount) {
  return with_session(hSession, [&](Session& session) MYNA_REQUIRES(session.mutex) -> CK_RV {
    if (phObject == nullptr || pulObjectCount == nullptr) return CKR_ARGUMENTS_BAD;
    if (!session.find) return CKR_OPERATION_NOT_INITIALIZED;
    FindOperation& operation = *session.find;
    const std::size_t count = std::min<std::size_t>(ulMaxObjectCount, operation.found.size() - operation.next);
    std::copy_n(operation.found.begin() + static_cast<std::ptrdiff_t>(operation.next), count, phObject);
    operation.next += count;
    *pulObjectCount = count;
    return CKR_OK;
  });
}

CK_RV C_FindObjectsFinal(CK_SESSION_HANDLE hSession) {
  return with_session(hSession, [](Session& session) MYNA_REQUIRES(session.mutex) -> CK_RV {
    if (!session.find) return CKR_OPERATION_NOT_INITIALIZED;
    session.find.reset();
    return CKR_OK;
  });
}

CK_RV C_GetAttributeValue(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject, CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount) {
  return with_session(hSession, [&](Session& session) -> CK_RV {
    if (pTemplate == nullptr && ulCount != 0) return CKR_ARGUMENTS_BAD;
    const auto objects = visible_objects(session, hObject == kPinCounter);
    if (!objects) return return_value(objects.error());
    const auto object = std::ranges::find(*objects, hObject, &Object::handle);
    if (object == objects->end()) return CKR_OBJECT_HANDLE_INVALID;
    CK_RV answer = CKR_OK;
    for (CK_ULONG i = 0; i < ulCount; ++i) {
      const CK_RV one = give(*object, pTemplate[i]);
      if (one != CKR_OK) answer = one;
    }
    return answer;
  });
}

}  // namespace myna::p11::bridge
