// SPDX-License-Identifier: Apache-2.0
// Initialise, finalise, and what the module says of itself.
#include <algorithm>
#include <cstring>

#include "bridge.hpp"

namespace myna::p11::bridge {
namespace {

// All four mutex functions or none (PKCS#11 3.0, 5.4.1). Which of the two does not matter: this module locks with the system's own mutexes.
bool has_sound_mutexes(const CK_C_INITIALIZE_ARGS& arguments) {
  const bool any = arguments.CreateMutex != nullptr || arguments.DestroyMutex != nullptr || arguments.LockMutex != nullptr ||
                   arguments.UnlockMutex != nullptr;
  const bool all = arguments.CreateMutex != nullptr && arguments.DestroyMutex != nullptr && arguments.LockMutex != nullptr &&
                   arguments.UnlockMutex != nullptr;
  return any == all;
}

// Where the standard says "reserved" NSS, p11-kit, libp11 and Java pass a string of parameters (the header of NSS names the field so).
std::string_view parameters_of(const CK_C_INITIALIZE_ARGS& arguments) {
  const auto* text = reinterpret_cast<const char*>(arguments.LibraryParameters);
  return text == nullptr ? std::string_view{} : std::string_view(text, ::strnlen(text, 4096));
}

bool is_asked_for(const CK_INTERFACE& interface, CK_UTF8CHAR_PTR name, const CK_VERSION* version, CK_FLAGS flags) {
  const auto* own = static_cast<const CK_VERSION*>(interface.pFunctionList);
  const bool same_name =
      name == nullptr || std::strcmp(reinterpret_cast<const char*>(name), reinterpret_cast<const char*>(interface.pInterfaceName)) == 0;
  const bool same_version = version == nullptr || (version->major == own->major && version->minor == own->minor);
  return same_name && same_version && (interface.flags & flags) == flags;
}

}  // namespace

CK_RV C_Initialize(CK_VOID_PTR pInitArgs) {
  if (pInitArgs == nullptr) return Module::initialise({});
  const auto& arguments = *static_cast<const CK_C_INITIALIZE_ARGS*>(pInitArgs);
  if (!has_sound_mutexes(arguments)) return CKR_ARGUMENTS_BAD;
  return Module::initialise(parameters_of(arguments));
}

CK_RV C_Finalize(CK_VOID_PTR pReserved) { return pReserved == nullptr ? Module::finalise() : CKR_ARGUMENTS_BAD; }

CK_RV C_GetInfo(CK_INFO_PTR pInfo) {
  return with_module([pInfo](Module&) -> CK_RV {
    if (pInfo == nullptr) return CKR_ARGUMENTS_BAD;
    *pInfo = {};
    pInfo->cryptokiVersion = {3, 0};
    put_text(pInfo->manufacturerID, "libmyna");
    put_text(pInfo->libraryDescription, "My Number card (JPKI)");
    pInfo->libraryVersion = {0, 1};
    return CKR_OK;
  });
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR ppFunctionList) {
  if (ppFunctionList == nullptr) return CKR_ARGUMENTS_BAD;
  *ppFunctionList = function_list();
  return CKR_OK;
}

CK_RV C_GetInterfaceList(CK_INTERFACE_PTR pInterfacesList, CK_ULONG_PTR pulCount) {
  if (pulCount == nullptr) return CKR_ARGUMENTS_BAD;
  const Room room = room_for(pInterfacesList, *pulCount, interfaces().size());
  if (!room.fits) return room.answer;
  std::ranges::copy(interfaces(), pInterfacesList);
  return CKR_OK;
}

CK_RV C_GetInterface(CK_UTF8CHAR_PTR pInterfaceName, CK_VERSION_PTR pVersion, CK_INTERFACE_PTR_PTR ppInterface, CK_FLAGS flags) {
  if (ppInterface == nullptr) return CKR_ARGUMENTS_BAD;
  for (CK_INTERFACE& interface : interfaces()) {
    if (!is_asked_for(interface, pInterfaceName, pVersion, flags)) continue;
    *ppInterface = &interface;
    return CKR_OK;
  }
  return CKR_FUNCTION_FAILED;
}

CK_RV unsupported() {
  return with_module([](Module&) -> CK_RV { return CKR_FUNCTION_NOT_SUPPORTED; });
}

// The card has a generator, and every program a better one.
CK_RV C_GenerateRandom(CK_SESSION_HANDLE hSession, CK_BYTE_PTR, CK_ULONG) {
  return with_session(hSession, [](Session&) -> CK_RV { return CKR_RANDOM_NO_RNG; });
}
CK_RV C_SeedRandom(CK_SESSION_HANDLE hSession, CK_BYTE_PTR, CK_ULONG) { return C_GenerateRandom(hSession, nullptr, 0); }

// Left over from parallel functions, which no longer exist.
CK_RV C_GetFunctionStatus(CK_SESSION_HANDLE hSession) {
  return with_session(hSession, [](Session&) -> CK_RV { return CKR_FUNCTION_NOT_PARALLEL; });
}
CK_RV C_CancelFunction(CK_SESSION_HANDLE hSession) { return C_GetFunctionStatus(hSession); }

}  // namespace myna::p11::bridge
