// SPDX-License-Identifier: Apache-2.0
// The virtual module, loaded as programs load it, over a fresh card on disk.
#pragma once

#include <dlfcn.h>
#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "myna/virtual/card_directory.hpp"
#include "pkcs11/cryptoki.hpp"
#include "tests/support/virtual_card_fixture.hpp"

namespace myna::test {

inline constexpr const char* kAuthPin = "1234";
inline constexpr const char* kSignPassword = "ABC123";

// One for the program: the module stays loaded until its end anyway (-z nodelete).
inline CK_FUNCTION_LIST_3_0& functions() {
  static CK_FUNCTION_LIST_3_0* list = [] {
    const char* other = std::getenv("MYNA_TEST_MODULE");
    void* module = ::dlopen(other != nullptr ? other : MODULE_PATH, RTLD_NOW | RTLD_LOCAL);
    if (module == nullptr) throw std::runtime_error(::dlerror());
    const auto get = reinterpret_cast<CK_C_GetInterface>(::dlsym(module, "C_GetInterface"));
    CK_INTERFACE* interface = nullptr;
    CK_VERSION version{3, 0};
    if (get == nullptr || get(nullptr, &version, &interface, 0) != CKR_OK) throw std::runtime_error("no interface");
    return static_cast<CK_FUNCTION_LIST_3_0*>(interface->pFunctionList);
  }();
  return *list;
}

// $XDG_DATA_HOME with one card in it. Slot 0 is its authentication token, slot 1 its signature token.
class Cards {
 public:
  explicit Cards(CardImage image = card_image()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "myna-p11-XXXXXX").string();
    home_ = ::mkdtemp(pattern.data());
    ::setenv("XDG_DATA_HOME", home_.c_str(), 1);
    put("card", image);
  }
  Cards(const Cards&) = delete;
  Cards& operator=(const Cards&) = delete;
  ~Cards() {
    functions().C_Finalize(nullptr);
    std::error_code ignored;
    std::filesystem::remove_all(home_, ignored);
  }

  void put(const std::string& name, const CardImage& image) {
    if (!CardDirectory::create(path(name), image)) throw std::runtime_error("no card");
  }
  void take(const std::string& name) { std::filesystem::remove_all(path(name)); }
  std::filesystem::path path(const std::string& name) const { return home_ / "myna" / "virtual" / name; }

  CardImage stored(const std::string& name = "card") const { return must(must(CardDirectory::open(path(name))).load()); }
  int tries(FileId pin, const std::string& name = "card") const {
    const CardImage image = stored(name);
    for (const ImagePin& one : jpki_of(image).pins) {
      if (one.file == pin) return one.remaining;
    }
    return -1;
  }
  void set_tries(FileId pin, std::uint8_t remaining) {
    const auto directory = must(CardDirectory::open(path("card")));
    CardImage image = must(directory.load());
    for (ImageApplication& application : image.applications) {
      for (ImagePin& one : application.pins) {
        if (one.file == pin && equal(application.aid, aid::kJpki)) one.remaining = remaining;
      }
    }
    if (!directory.save_pins(image)) throw std::runtime_error("not saved");
  }

 private:
  std::filesystem::path home_;
};

inline constexpr FileId kAuthPinFile = 0x0018;
inline constexpr FileId kSignPinFile = 0x001B;

// C_Initialize with a parameter string, as NSS and p11-kit pass one.
inline CK_RV initialise(const char* parameters = nullptr) {
  CK_C_INITIALIZE_ARGS arguments{};
  arguments.flags = CKF_OS_LOCKING_OK;
  arguments.LibraryParameters = reinterpret_cast<CK_CHAR_PTR*>(const_cast<char*>(parameters));
  return functions().C_Initialize(&arguments);
}

// A card, the module initialised, and sessions.
struct Bench {
  explicit Bench(CardImage image = card_image(), const char* parameters = nullptr) : cards(std::move(image)) {
    REQUIRE(initialise(parameters) == CKR_OK);
    CK_ULONG count = 0;
    REQUIRE(functions().C_GetSlotList(CK_FALSE, nullptr, &count) == CKR_OK);
  }
  CK_SESSION_HANDLE session(CK_SLOT_ID slot, CK_FLAGS more = 0) const {
    CK_SESSION_HANDLE handle = 0;
    REQUIRE(functions().C_OpenSession(slot, CKF_SERIAL_SESSION | more, nullptr, nullptr, &handle) == CKR_OK);
    return handle;
  }
  static CK_RV login(CK_SESSION_HANDLE session, std::string pin, CK_USER_TYPE user = CKU_USER) {
    return functions().C_Login(session, user, reinterpret_cast<CK_UTF8CHAR_PTR>(pin.data()), pin.size());
  }

  Cards cards;
};

inline CardImage with_faults(std::vector<Fault> faults) {
  CardImage image = card_image();
  image.faults = std::move(faults);
  return image;
}

inline std::vector<CK_OBJECT_HANDLE> find(CK_SESSION_HANDLE session, std::vector<CK_ATTRIBUTE> wanted = {}) {
  std::vector<CK_OBJECT_HANDLE> found(20);
  CK_ULONG count = 0;
  REQUIRE(functions().C_FindObjectsInit(session, wanted.data(), wanted.size()) == CKR_OK);
  REQUIRE(functions().C_FindObjects(session, found.data(), found.size(), &count) == CKR_OK);
  REQUIRE(functions().C_FindObjectsFinal(session) == CKR_OK);
  found.resize(count);
  return found;
}

inline CK_OBJECT_HANDLE find_class(CK_SESSION_HANDLE session, CK_OBJECT_CLASS type) {
  const auto found = find(session, {CK_ATTRIBUTE{CKA_CLASS, &type, sizeof type}});
  return found.empty() ? 0 : found.front();
}

inline Bytes attribute(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
  CK_ATTRIBUTE wanted{type, nullptr, 0};
  REQUIRE(functions().C_GetAttributeValue(session, object, &wanted, 1) == CKR_OK);
  Bytes value(wanted.ulValueLen);
  wanted.pValue = value.data();
  REQUIRE(functions().C_GetAttributeValue(session, object, &wanted, 1) == CKR_OK);
  return value;
}

inline CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM_TYPE type) {
  CK_MECHANISM mechanism{type, nullptr, 0};
  return functions().C_SignInit(session, &mechanism, find_class(session, CKO_PRIVATE_KEY));
}

inline CK_RV sign(CK_SESSION_HANDLE session, ByteView data, Bytes& signature) {
  signature.resize(256);
  CK_ULONG length = signature.size();
  return functions().C_Sign(session, const_cast<CK_BYTE_PTR>(data.data()), data.size(), signature.data(), &length);
}

}  // namespace myna::test
