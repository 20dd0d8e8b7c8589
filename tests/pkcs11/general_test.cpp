// SPDX-License-Identifier: Apache-2.0
// Interfaces, C_Initialize in all its forms, and answers before it.
#include <cstring>

#include "module_fixture.hpp"

using namespace myna::test;

TEST_CASE("every function of both lists is there, and 2.40 is the first part of 3.0") {
  void* module = ::dlopen(MODULE_PATH, RTLD_NOW | RTLD_LOCAL);
  const auto get_list = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(module, "C_GetFunctionList"));
  CK_FUNCTION_LIST* old_list = nullptr;
  REQUIRE(get_list(&old_list) == CKR_OK);
  CHECK((old_list->version.major == 2 && old_list->version.minor == 40));
  const auto* old_pointers = reinterpret_cast<void* const*>(&old_list->C_Initialize);
  const auto* new_pointers = reinterpret_cast<void* const*>(&functions().C_Initialize);
  for (int i = 0; i < 68; ++i) CHECK((old_pointers[i] != nullptr && old_pointers[i] == new_pointers[i]));
  for (int i = 68; i < 92; ++i) CHECK(new_pointers[i] != nullptr);
  CHECK(get_list(nullptr) == CKR_ARGUMENTS_BAD);
}

TEST_CASE("interfaces by name, version and flags") {
  CK_ULONG count = 0;
  REQUIRE(functions().C_GetInterfaceList(nullptr, &count) == CKR_OK);
  REQUIRE(count == 2);
  CK_INTERFACE list[2];
  count = 1;
  CHECK(functions().C_GetInterfaceList(list, &count) == CKR_BUFFER_TOO_SMALL);
  CHECK((count == 2 && functions().C_GetInterfaceList(list, &count) == CKR_OK));
  CHECK(std::strcmp(reinterpret_cast<char*>(list[0].pInterfaceName), "PKCS 11") == 0);
  CK_INTERFACE* chosen = nullptr;
  CK_UTF8CHAR name[] = "PKCS 11", other[] = "Vendor NSS FIPS Interface";
  CK_VERSION old_version{2, 40}, no_version{9, 9};
  CHECK(
      (functions().C_GetInterface(nullptr, nullptr, &chosen, 0) == CKR_OK && static_cast<CK_VERSION*>(chosen->pFunctionList)->major == 3));
  CHECK((functions().C_GetInterface(name, &old_version, &chosen, 0) == CKR_OK &&
         static_cast<CK_VERSION*>(chosen->pFunctionList)->minor == 40));
  CHECK(functions().C_GetInterface(other, nullptr, &chosen, 0) == CKR_FUNCTION_FAILED);
  CHECK(functions().C_GetInterface(name, &no_version, &chosen, 0) == CKR_FUNCTION_FAILED);
  CHECK(functions().C_GetInterface(name, nullptr, &chosen, CKF_INTERFACE_FORK_SAFE) == CKR_FUNCTION_FAILED);
  CHECK(functions().C_GetInterface(name, nullptr, nullptr, 0) == CKR_ARGUMENTS_BAD);
}

TEST_CASE("before C_Initialize and after C_Finalize nothing works") {
  const Cards cards;
  CK_ULONG count = 0;
  CK_INFO info;
  CK_SESSION_HANDLE session = 0;
  const auto check_all = [&] {
    CHECK(functions().C_GetInfo(&info) == CKR_CRYPTOKI_NOT_INITIALIZED);
    CHECK(functions().C_GetSlotList(CK_FALSE, nullptr, &count) == CKR_CRYPTOKI_NOT_INITIALIZED);
    CHECK(functions().C_OpenSession(0, CKF_SERIAL_SESSION, nullptr, nullptr, &session) == CKR_CRYPTOKI_NOT_INITIALIZED);
    CHECK(functions().C_Encrypt(1, nullptr, 0, nullptr, nullptr) == CKR_CRYPTOKI_NOT_INITIALIZED);
    CHECK(functions().C_MessageSignFinal(1) == CKR_CRYPTOKI_NOT_INITIALIZED);
    CHECK(functions().C_Finalize(nullptr) == CKR_CRYPTOKI_NOT_INITIALIZED);
  };
  check_all();
  REQUIRE(initialise() == CKR_OK);
  CHECK(initialise() == CKR_CRYPTOKI_ALREADY_INITIALIZED);
  REQUIRE(functions().C_GetInfo(&info) == CKR_OK);
  CHECK((info.cryptokiVersion.major == 3 &&
         std::string(reinterpret_cast<char*>(info.manufacturerID), 32) == "libmyna                         "));
  CHECK(functions().C_Encrypt(1, nullptr, 0, nullptr, nullptr) == CKR_FUNCTION_NOT_SUPPORTED);
  CHECK(functions().C_MessageSignFinal(1) == CKR_FUNCTION_NOT_SUPPORTED);
  CHECK(functions().C_GetInfo(nullptr) == CKR_ARGUMENTS_BAD);
  CHECK(functions().C_Finalize(&count) == CKR_ARGUMENTS_BAD);
  REQUIRE(functions().C_Finalize(nullptr) == CKR_OK);
  check_all();
}

TEST_CASE("forms of C_Initialize that programs use") {
  const Cards cards;
  const auto any = [](void*) -> CK_RV { return CKR_OK; };
  const auto create = [](void**) -> CK_RV { return CKR_OK; };
  CHECK((functions().C_Initialize(nullptr) == CKR_OK && functions().C_Finalize(nullptr) == CKR_OK));
  for (const CK_FLAGS flags : {0UL, 1UL, 2UL, 3UL}) {
    CK_C_INITIALIZE_ARGS arguments{};
    arguments.flags = flags;
    CHECK((functions().C_Initialize(&arguments) == CKR_OK && functions().C_Finalize(nullptr) == CKR_OK));
    arguments.CreateMutex = create;
    CHECK(functions().C_Initialize(&arguments) == CKR_ARGUMENTS_BAD);
    arguments.DestroyMutex = arguments.LockMutex = arguments.UnlockMutex = any;
    CHECK((functions().C_Initialize(&arguments) == CKR_OK && functions().C_Finalize(nullptr) == CKR_OK));
  }
}

TEST_CASE("parameters choose tokens, and foreign words are ignored") {
  const auto [parameters, slots] = GENERATE(table<const char*, CK_ULONG>({{"", 2},
                                                                          {"tokens=auth", 1},
                                                                          {"tokens='sign'", 1},
                                                                          {"configdir='/x' tokens=auth,flags=readOnly", 1},
                                                                          {"tokens=nonsense \x01 =", 2}}));
  const Cards cards;
  REQUIRE(initialise(parameters) == CKR_OK);
  CK_ULONG count = 0;
  REQUIRE(functions().C_GetSlotList(CK_FALSE, nullptr, &count) == CKR_OK);
  CHECK(count == slots);
}

TEST_CASE("the module survives being loaded and let go again and again") {
  for (int i = 0; i < 5; ++i) {
    void* module = ::dlopen(MODULE_PATH, RTLD_NOW | RTLD_LOCAL);
    REQUIRE(module != nullptr);
    CHECK(functions().C_Initialize(nullptr) == CKR_OK);
    CHECK(functions().C_Finalize(nullptr) == CKR_OK);
    ::dlclose(module);
  }
}
