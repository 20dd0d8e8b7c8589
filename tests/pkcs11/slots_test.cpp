// SPDX-License-Identifier: Apache-2.0
// Slots, tokens, mechanisms, sessions.
#include <cstring>

#include "module_fixture.hpp"
#include "myna/card/applications/jpki.hpp"

using namespace myna;
using namespace myna::test;

namespace {

CK_TOKEN_INFO token(CK_SLOT_ID slot) {
  CK_TOKEN_INFO info;
  REQUIRE(functions().C_GetTokenInfo(slot, &info) == CKR_OK);
  return info;
}

template <std::size_t N>
std::string text(const CK_UTF8CHAR (&field)[N]) {
  const std::string whole(reinterpret_cast<const char*>(field), N);
  return whole.substr(0, whole.find_last_not_of(' ') + 1);
}

CardImage personalised(CardKind kind, bool with_sign = true) {
  Personalisation what;
  what.kind = kind;
  what.with_sign_certificate = with_sign;
  what.issued = now();
  return must(personalise(what));
}

}  // namespace

TEST_CASE("slot list: size convention and arguments") {
  const Bench bench;
  CK_ULONG count = 0;
  REQUIRE(functions().C_GetSlotList(CK_TRUE, nullptr, &count) == CKR_OK);
  REQUIRE(count == 2);
  CK_SLOT_ID ids[2];
  count = 1;
  CHECK((functions().C_GetSlotList(CK_TRUE, ids, &count) == CKR_BUFFER_TOO_SMALL && count == 2));
  REQUIRE(functions().C_GetSlotList(CK_TRUE, ids, &count) == CKR_OK);
  CHECK((ids[0] == 0 && ids[1] == 1));
  CHECK(functions().C_GetSlotList(CK_TRUE, ids, nullptr) == CKR_ARGUMENTS_BAD);
  CK_SLOT_INFO info;
  CHECK(functions().C_GetSlotInfo(7, &info) == CKR_SLOT_ID_INVALID);
  CHECK(functions().C_GetSlotInfo(0, nullptr) == CKR_ARGUMENTS_BAD);
  REQUIRE(functions().C_GetSlotInfo(0, &info) == CKR_OK);
  CHECK(info.flags == (CKF_TOKEN_PRESENT | CKF_REMOVABLE_DEVICE | CKF_HW_SLOT));
  CHECK(text(info.slotDescription) == "Myna Virtual card");
}

TEST_CASE("token information: labels without personal data, the card's own serial number, PIN lengths") {
  const Bench bench;
  const CK_TOKEN_INFO auth = token(0), sign = token(1);
  CHECK((text(auth.label) == "JPKI Authentication" && text(sign.label) == "JPKI Signature"));
  const auto information = must(parse_token_information(file_of(card_image(), 0x0006)));
  CHECK(std::string(reinterpret_cast<const char*>(auth.serialNumber), 16) == information.serial);
  CHECK(auth.flags == (CKF_TOKEN_INITIALIZED | CKF_USER_PIN_INITIALIZED | CKF_LOGIN_REQUIRED | CKF_WRITE_PROTECTED));
  CHECK((auth.ulMinPinLen == 4 && auth.ulMaxPinLen == 4 && sign.ulMinPinLen == 6 && sign.ulMaxPinLen == 16));
  CK_TOKEN_INFO info;
  CHECK(functions().C_GetTokenInfo(9, &info) == CKR_SLOT_ID_INVALID);
  CHECK(functions().C_GetTokenInfo(0, nullptr) == CKR_ARGUMENTS_BAD);
}

TEST_CASE("PIN flags come fresh from the card") {
  Bench bench;
  const auto [left, flags] = GENERATE(table<std::uint8_t, CK_FLAGS>(
      {{3, 0UL}, {2, CKF_USER_PIN_COUNT_LOW}, {1, CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY}, {0, CKF_USER_PIN_LOCKED}}));
  bench.cards.set_tries(kAuthPinFile, left);
  const CK_FLAGS all = CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED;
  CHECK((token(0).flags & all) == flags);
  CHECK((token(1).flags & all) == 0);
}

TEST_CASE("a foreign card is a token that is not recognised, a phone and one certificate are right") {
  CK_TOKEN_INFO info;
  CK_SESSION_HANDLE session = 0;
  CK_ULONG count = 0;
  SECTION("foreign") {
    const Bench bench(personalised(CardKind::foreign));
    CHECK(functions().C_GetTokenInfo(0, &info) == CKR_TOKEN_NOT_RECOGNIZED);
    CHECK(functions().C_OpenSession(0, CKF_SERIAL_SESSION, nullptr, nullptr, &session) == CKR_TOKEN_NOT_RECOGNIZED);
  }
  SECTION("no signature certificate: one token less, and the other does not care") {
    const Bench bench(personalised(CardKind::my_number, false));
    CHECK((functions().C_GetSlotList(CK_TRUE, nullptr, &count) == CKR_OK && count == 1));
    CHECK(functions().C_GetTokenInfo(1, &info) == CKR_TOKEN_NOT_PRESENT);
    CHECK(functions().C_OpenSession(1, CKF_SERIAL_SESSION, nullptr, nullptr, &session) == CKR_TOKEN_NOT_PRESENT);
    CHECK(bench.login(bench.session(0), kAuthPin) == CKR_OK);
  }
  SECTION("a phone: its authentication certificate is seen after the login") {
    const Bench bench(personalised(CardKind::phone_android));
    const CK_SESSION_HANDLE phone = bench.session(0);
    CHECK(find_class(phone, CKO_CERTIFICATE) == 0);
    REQUIRE(bench.login(phone, kAuthPin) == CKR_OK);
    CHECK(find_class(phone, CKO_CERTIFICATE) != 0);
    Bytes signature;
    REQUIRE(sign_init(phone, CKM_SHA256_RSA_PKCS) == CKR_OK);
    CHECK(sign(phone, as_bytes("phone"), signature) == CKR_OK);
  }
}

TEST_CASE("the mechanism list, whole and in order") {
  using List = std::vector<CK_MECHANISM_TYPE>;
  const List plain{CKM_RSA_PKCS, CKM_SHA256_RSA_PKCS, CKM_SHA384_RSA_PKCS, CKM_SHA512_RSA_PKCS};
  List legacy = plain, pss = plain;
  legacy.insert(legacy.end(), {CKM_SHA1_RSA_PKCS, CKM_SHA224_RSA_PKCS});
  pss.insert(pss.end(), {CKM_RSA_PKCS_PSS, CKM_SHA256_RSA_PKCS_PSS});
  const auto [parameters, expected] =
      GENERATE_COPY(table<const char*, List>({{"", plain}, {"legacy-hashes=yes", legacy}, {"pss=on", pss}}));
  const Bench bench(card_image(), parameters);
  CK_ULONG count = 0;
  REQUIRE(functions().C_GetMechanismList(0, nullptr, &count) == CKR_OK);
  List list(count);
  REQUIRE(functions().C_GetMechanismList(0, list.data(), &count) == CKR_OK);
  CHECK(list == expected);
  CK_MECHANISM_INFO info;
  for (const CK_MECHANISM_TYPE type : expected) {
    REQUIRE(functions().C_GetMechanismInfo(0, type, &info) == CKR_OK);
    CHECK((info.ulMinKeySize == 2048 && info.ulMaxKeySize == 2048 && info.flags == (CKF_HW | CKF_SIGN | CKF_VERIFY)));
  }
  CHECK(functions().C_GetMechanismInfo(0, CKM_RSA_X_509, &info) == CKR_MECHANISM_INVALID);
}

TEST_CASE("sessions: states, handles, and their end") {
  const Bench bench;
  CK_SESSION_HANDLE none = 0;
  CHECK(functions().C_OpenSession(0, 0, nullptr, nullptr, &none) == CKR_SESSION_PARALLEL_NOT_SUPPORTED);
  CHECK(functions().C_OpenSession(0, CKF_SERIAL_SESSION, nullptr, nullptr, nullptr) == CKR_ARGUMENTS_BAD);
  CHECK(functions().C_OpenSession(5, CKF_SERIAL_SESSION, nullptr, nullptr, &none) == CKR_SLOT_ID_INVALID);
  const CK_SESSION_HANDLE reading = bench.session(0), writing = bench.session(0, CKF_RW_SESSION);
  const auto state = [](CK_SESSION_HANDLE handle) {
    CK_SESSION_INFO info;
    REQUIRE(functions().C_GetSessionInfo(handle, &info) == CKR_OK);
    return info.state;
  };
  CHECK((state(reading) == CKS_RO_PUBLIC_SESSION && state(writing) == CKS_RW_PUBLIC_SESSION));
  REQUIRE(bench.login(reading, kAuthPin) == CKR_OK);
  CHECK((state(reading) == CKS_RO_USER_FUNCTIONS && state(writing) == CKS_RW_USER_FUNCTIONS));
  REQUIRE(functions().C_CloseSession(reading) == CKR_OK);
  CHECK(functions().C_CloseSession(reading) == CKR_SESSION_HANDLE_INVALID);
  CHECK(state(writing) == CKS_RW_USER_FUNCTIONS);
  REQUIRE(functions().C_CloseAllSessions(0) == CKR_OK);
  CHECK(functions().C_GetSessionInfo(writing, nullptr) == CKR_SESSION_HANDLE_INVALID);
  CHECK(state(bench.session(0)) == CKS_RO_PUBLIC_SESSION);   // the login went with the last session
  CHECK(functions().C_CloseAllSessions(5) == CKR_SLOT_ID_INVALID);
}
