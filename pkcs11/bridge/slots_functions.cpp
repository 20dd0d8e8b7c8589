// SPDX-License-Identifier: Apache-2.0
// Slots, tokens, mechanisms.
#include <algorithm>

#include "bridge.hpp"
#include "pkcs11/tables/errors.hpp"
#include "pkcs11/tables/mechanisms.hpp"

namespace myna::p11::bridge {
namespace {

constexpr CK_FLAGS kTokenFlags = CKF_TOKEN_INITIALIZED | CKF_LOGIN_REQUIRED | CKF_WRITE_PROTECTED;

CK_FLAGS flags_of(const std::optional<PinStatus>& status) {
  if (!status) return 0;
  if (!status->remaining() || status->untouched()) return CKF_USER_PIN_INITIALIZED;
  if (status->blocked()) return CKF_USER_PIN_INITIALIZED | CKF_USER_PIN_LOCKED;
  return CKF_USER_PIN_INITIALIZED | CKF_USER_PIN_COUNT_LOW | (*status->remaining() == 1 ? CKF_USER_PIN_FINAL_TRY : 0);
}

void describe(const Slot& slot, const TokenState& state, CK_TOKEN_INFO& info) {
  const PinRow& pin = slot.pin();
  info = {};
  put_text(info.label, slot.label());
  put_text(info.manufacturerID, "JPKI");
  put_text(info.model, state.information.model);
  put_text(reinterpret_cast<CK_UTF8CHAR(&)[16]>(info.serialNumber), state.information.serial);
  info.flags = kTokenFlags | flags_of(state.pin) | (slot.config().pin_agent.empty() ? 0 : CKF_PROTECTED_AUTHENTICATION_PATH);
  info.ulMaxSessionCount = CK_EFFECTIVELY_INFINITE;
  info.ulSessionCount = CK_UNAVAILABLE_INFORMATION;
  info.ulMaxRwSessionCount = CK_EFFECTIVELY_INFINITE;
  info.ulRwSessionCount = CK_UNAVAILABLE_INFORMATION;
  info.ulMaxPinLen = pin.max_length;
  info.ulMinPinLen = pin.min_length;
  info.ulTotalPublicMemory = info.ulFreePublicMemory = CK_UNAVAILABLE_INFORMATION;
  info.ulTotalPrivateMemory = info.ulFreePrivateMemory = CK_UNAVAILABLE_INFORMATION;
  put_text(reinterpret_cast<CK_UTF8CHAR(&)[16]>(info.utcTime), {});
}

}  // namespace

CK_RV C_GetSlotList(CK_BBOOL tokenPresent, CK_SLOT_ID_PTR pSlotList, CK_ULONG_PTR pulCount) {
  return with_module([&](Module& module) -> CK_RV {
    if (pulCount == nullptr) return CKR_ARGUMENTS_BAD;
    const std::vector<CK_SLOT_ID> ids = module.slots(tokenPresent != CK_FALSE, pSlotList == nullptr);
    const Room room = room_for(pSlotList, *pulCount, ids.size());
    if (!room.fits) return room.answer;
    std::ranges::copy(ids, pSlotList);
    return CKR_OK;
  });
}

CK_RV C_GetSlotInfo(CK_SLOT_ID slotID, CK_SLOT_INFO_PTR pInfo) {
  return with_module([&](Module& module) -> CK_RV {
    const auto slot = module.slot(slotID);
    if (!slot) return CKR_SLOT_ID_INVALID;
    if (pInfo == nullptr) return CKR_ARGUMENTS_BAD;
    module.look_at_readers();
    *pInfo = {};
    put_text(pInfo->slotDescription, slot->reader().name());
    put_text(pInfo->manufacturerID, "libmyna");
    pInfo->flags = CKF_REMOVABLE_DEVICE | CKF_HW_SLOT | (slot->token_present() ? CKF_TOKEN_PRESENT : 0);
    return CKR_OK;
  });
}

CK_RV C_GetTokenInfo(CK_SLOT_ID slotID, CK_TOKEN_INFO_PTR pInfo) {
  return with_slot(slotID, [pInfo](Slot& slot) -> CK_RV {
    if (pInfo == nullptr) return CKR_ARGUMENTS_BAD;
    const auto state = slot.state();
    if (!state) return token_error(state.error());
    describe(slot, *state, *pInfo);
    return CKR_OK;
  });
}

CK_RV C_WaitForSlotEvent(CK_FLAGS flags, CK_SLOT_ID_PTR pSlot, CK_VOID_PTR pReserved) {
  return with_module([&](Module& module) -> CK_RV {
    if (pSlot == nullptr || pReserved != nullptr) return CKR_ARGUMENTS_BAD;
    return module.wait_for_event((flags & CKF_DONT_BLOCK) == 0, *pSlot);
  });
}

CK_RV C_GetMechanismList(CK_SLOT_ID slotID, CK_MECHANISM_TYPE_PTR pMechanismList, CK_ULONG_PTR pulCount) {
  return with_slot(slotID, [&](Slot& slot) -> CK_RV {
    if (pulCount == nullptr) return CKR_ARGUMENTS_BAD;
    const auto rows = mechanisms(slot.config(), slot.pss());
    const Room room = room_for(pMechanismList, *pulCount, rows.size());
    if (!room.fits) return room.answer;
    std::ranges::transform(rows, pMechanismList, &MechanismRow::type);
    return CKR_OK;
  });
}

CK_RV C_GetMechanismInfo(CK_SLOT_ID slotID, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO_PTR pInfo) {
  return with_slot(slotID, [&](Slot& slot) -> CK_RV {
    if (pInfo == nullptr) return CKR_ARGUMENTS_BAD;
    const auto row = mechanism(slot.config(), slot.pss(), type);
    if (!row) return CKR_MECHANISM_INVALID;
    const CK_ULONG bits = slot.key().bits;
    *pInfo = {.ulMinKeySize = bits, .ulMaxKeySize = bits, .flags = CKF_HW | CKF_SIGN | CKF_VERIFY};
    return CKR_OK;
  });
}

}  // namespace myna::p11::bridge
