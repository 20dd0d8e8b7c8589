// SPDX-License-Identifier: Apache-2.0
// The attribute tables, whole; templates; the five cases of C_GetAttributeValue.
#include <algorithm>
#include <cstring>

#include "module_fixture.hpp"

using namespace myna;
using namespace myna::test;

namespace {

using Types = std::vector<CK_ATTRIBUTE_TYPE>;

const Types kStorage{CKA_CLASS, CKA_TOKEN, CKA_PRIVATE, CKA_MODIFIABLE, CKA_COPYABLE, CKA_DESTROYABLE, CKA_LABEL};
const Types kKey{CKA_KEY_TYPE, CKA_ID, CKA_SUBJECT, CKA_START_DATE, CKA_END_DATE, CKA_DERIVE, CKA_LOCAL, CKA_KEY_GEN_MECHANISM,
                 CKA_ALLOWED_MECHANISMS, CKA_MODULUS, CKA_PUBLIC_EXPONENT, CKA_PUBLIC_KEY_INFO};
const Types kPrivate{CKA_SENSITIVE, CKA_ALWAYS_SENSITIVE, CKA_EXTRACTABLE, CKA_NEVER_EXTRACTABLE, CKA_SIGN, CKA_SIGN_RECOVER, CKA_DECRYPT,
                     CKA_UNWRAP, CKA_WRAP_WITH_TRUSTED, CKA_ALWAYS_AUTHENTICATE};
const Types kPublic{CKA_MODULUS_BITS, CKA_VERIFY, CKA_VERIFY_RECOVER, CKA_ENCRYPT, CKA_WRAP, CKA_TRUSTED};
const Types kCertificate{CKA_CERTIFICATE_TYPE, CKA_TRUSTED, CKA_CERTIFICATE_CATEGORY, CKA_CHECK_VALUE, CKA_ID,       CKA_VALUE,
                         CKA_SUBJECT,          CKA_ISSUER,  CKA_SERIAL_NUMBER,        CKA_START_DATE,  CKA_END_DATE, CKA_PUBLIC_KEY_INFO};
const Types kSensitive{CKA_PRIVATE_EXPONENT, CKA_PRIME_1, CKA_PRIME_2, CKA_EXPONENT_1, CKA_EXPONENT_2, CKA_COEFFICIENT};

Types joined(std::initializer_list<Types> lists) {
  Types all;
  for (const Types& list : lists) all.insert(all.end(), list.begin(), list.end());
  std::ranges::sort(all);
  return all;
}

// Everything below the vendors' range that the object has, asked one by one.
Types types_of(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_RV answer) {
  Types found;
  for (CK_ATTRIBUTE_TYPE type = 0; type < 0x700; ++type) {
    for (const CK_ATTRIBUTE_TYPE one : {type, type | CKF_ARRAY_ATTRIBUTE}) {
      CK_ATTRIBUTE wanted{one, nullptr, 0};
      if (functions().C_GetAttributeValue(session, object, &wanted, 1) == answer) found.push_back(one);
    }
  }
  std::ranges::sort(found);
  return found;
}

std::string text(const Bytes& bytes) { return std::string(as_text(bytes)); }

}  // namespace

TEST_CASE("every object has exactly the attributes of its table") {
  const Bench bench;
  const CK_SLOT_ID slot = GENERATE(0UL, 1UL);
  const CK_SESSION_HANDLE session = bench.session(slot);
  REQUIRE(bench.login(session, slot == 0 ? kAuthPin : kSignPassword) == CKR_OK);
  CHECK(find(session).size() == (slot == 0 ? 4 : 3));
  const CK_OBJECT_HANDLE private_key = find_class(session, CKO_PRIVATE_KEY);
  CHECK(types_of(session, private_key, CKR_OK) == joined({kStorage, kKey, kPrivate}));
  CHECK(types_of(session, private_key, CKR_ATTRIBUTE_SENSITIVE) == joined({kSensitive}));
  CHECK(types_of(session, find_class(session, CKO_PUBLIC_KEY), CKR_OK) == joined({kStorage, kKey, kPublic}));
  CHECK(types_of(session, find_class(session, CKO_CERTIFICATE), CKR_OK) == joined({kStorage, kCertificate}));
  if (slot == 0) CHECK(types_of(session, find_class(session, CKO_PROFILE), CKR_OK) == joined({kStorage, {CKA_PROFILE_ID}}));
  else CHECK(find_class(session, CKO_PROFILE) == 0);
}

TEST_CASE("values are those of the certificate") {
  const Bench bench;
  const CK_SESSION_HANDLE session = bench.session(0);
  const CK_OBJECT_HANDLE certificate = find_class(session, CKO_CERTIFICATE);   // without a login
  const Bytes& der = file_of(card_image(), 0x000A);
  const auto fields = must(parse_certificate(der));
  CHECK(attribute(session, certificate, CKA_VALUE) == der);
  CHECK(attribute(session, certificate, CKA_SUBJECT) == fields.subject.der);
  CHECK(attribute(session, certificate, CKA_ISSUER) == fields.issuer.der);
  Bytes serial{0x02, static_cast<Byte>(fields.serial.size())};
  append(serial, fields.serial);
  CHECK(attribute(session, certificate, CKA_SERIAL_NUMBER) == serial);
  CHECK(attribute(session, certificate, CKA_ID) == Bytes{0x01});
  CHECK(text(attribute(session, certificate, CKA_LABEL)) == "Authentication Certificate");
  CHECK(text(attribute(session, certificate, CKA_START_DATE)).size() == 8);
  CHECK(attribute(session, certificate, CKA_PUBLIC_KEY_INFO) == must(certificate_public_key(der))->subject_public_key_info());
  CHECK(attribute(session, certificate, CKA_CHECK_VALUE).size() == 3);
  const CK_OBJECT_HANDLE key = find_class(session, CKO_PUBLIC_KEY);
  CHECK((attribute(session, key, CKA_MODULUS).size() == 256 && attribute(session, key, CKA_PUBLIC_EXPONENT) == Bytes{1, 0, 1}));
}

TEST_CASE("what needs a login is not there before it, and goes with it") {
  const Bench bench;
  const CK_SESSION_HANDLE auth = bench.session(0), sign = bench.session(1);
  CHECK((find_class(auth, CKO_CERTIFICATE) != 0 && find_class(auth, CKO_PUBLIC_KEY) != 0 && find_class(auth, CKO_PRIVATE_KEY) == 0));
  CHECK(find(sign).empty());
  REQUIRE(bench.login(sign, kSignPassword) == CKR_OK);
  CHECK(find(sign).size() == 3);
  REQUIRE(functions().C_Logout(sign) == CKR_OK);
  CHECK(find(sign).empty());
}

TEST_CASE("templates") {
  const Bench bench(card_image(), "objects=ca labels=usercert");
  const CK_SESSION_HANDLE session = bench.session(0);
  CK_OBJECT_CLASS type = CKO_CERTIFICATE, unknown = 0xCE534353;
  Byte id[] = {0x01}, other_id[] = {0x09};
  CK_BBOOL yes = CK_TRUE;
  char label[] = "USERCERT";
  const CK_ATTRIBUTE is_certificate{CKA_CLASS, &type, sizeof type}, has_id{CKA_ID, id, 1}, has_other_id{CKA_ID, other_id, 1},
      on_token{CKA_TOKEN, &yes, 1}, labelled{CKA_LABEL, label, 8}, no_class{CKA_CLASS, &unknown, sizeof unknown};
  CHECK(find(session, {is_certificate}).size() == 2);              // with the CA
  CHECK(find(session, {is_certificate, has_id, on_token, labelled}).size() == 1);
  CHECK(find(session, {has_other_id}).empty());
  CHECK(find(session, {no_class}).empty());
  Bytes der = file_of(card_image(), 0x000A);
  CHECK(find(session, {CK_ATTRIBUTE{CKA_VALUE, der.data(), der.size()}}).size() == 1);   // as Chromium looks for it
  CK_ATTRIBUTE broken{CKA_ID, nullptr, 4};
  CHECK(functions().C_FindObjectsInit(session, &broken, 1) == CKR_ARGUMENTS_BAD);
  CHECK(functions().C_FindObjectsInit(session, nullptr, 1) == CKR_ARGUMENTS_BAD);
}

TEST_CASE("finding in pieces, and out of order") {
  const Bench bench;
  const CK_SESSION_HANDLE session = bench.session(0);
  CK_OBJECT_HANDLE one = 0;
  CK_ULONG count = 9;
  CHECK(functions().C_FindObjects(session, &one, 1, &count) == CKR_OPERATION_NOT_INITIALIZED);
  CHECK(functions().C_FindObjectsFinal(session) == CKR_OPERATION_NOT_INITIALIZED);
  REQUIRE(functions().C_FindObjectsInit(session, nullptr, 0) == CKR_OK);
  CHECK(functions().C_FindObjectsInit(session, nullptr, 0) == CKR_OPERATION_ACTIVE);
  CHECK(functions().C_FindObjects(session, nullptr, 1, &count) == CKR_ARGUMENTS_BAD);
  for (const CK_ULONG expected : {1UL, 1UL, 1UL, 0UL}) {
    CHECK((functions().C_FindObjects(session, &one, 1, &count) == CKR_OK && count == expected));
  }
  CHECK(functions().C_FindObjectsFinal(session) == CKR_OK);
}

TEST_CASE("the five cases of C_GetAttributeValue, and the rest is filled nevertheless") {
  const Bench bench;
  const CK_SESSION_HANDLE session = bench.session(0);
  REQUIRE(bench.login(session, kAuthPin) == CKR_OK);
  const CK_OBJECT_HANDLE key = find_class(session, CKO_PRIVATE_KEY);
  Byte small[4], modulus[256];
  CK_KEY_TYPE type = 0;
  CK_ATTRIBUTE wanted[]{{CKA_PRIVATE_EXPONENT, nullptr, 0}, {CKA_VALUE, nullptr, 0}, {CKA_MODULUS, nullptr, 0},
                        {CKA_MODULUS, modulus, sizeof modulus}, {CKA_MODULUS, small, sizeof small}, {CKA_KEY_TYPE, &type, sizeof type}};
  CHECK(functions().C_GetAttributeValue(session, key, wanted, 6) != CKR_OK);
  CHECK(wanted[0].ulValueLen == CK_UNAVAILABLE_INFORMATION);
  CHECK(wanted[1].ulValueLen == CK_UNAVAILABLE_INFORMATION);
  CHECK((wanted[2].ulValueLen == 256 && wanted[3].ulValueLen == 256));
  CHECK(wanted[4].ulValueLen == CK_UNAVAILABLE_INFORMATION);
  CHECK((wanted[5].ulValueLen == sizeof type && type == CKK_RSA));
  for (const auto& [index, answer] : {std::pair{0, CKR_ATTRIBUTE_SENSITIVE}, {1, CKR_ATTRIBUTE_TYPE_INVALID}, {2, CKR_OK}}) {
    CK_ATTRIBUTE one{wanted[index].type, nullptr, 0};
    CHECK(functions().C_GetAttributeValue(session, key, &one, 1) == static_cast<CK_RV>(answer));
  }
  CK_ATTRIBUTE too_small{CKA_MODULUS, small, sizeof small};
  CHECK(functions().C_GetAttributeValue(session, key, &too_small, 1) == CKR_BUFFER_TOO_SMALL);
  CHECK(functions().C_GetAttributeValue(session, 77, wanted, 1) == CKR_OBJECT_HANDLE_INVALID);
  CHECK(functions().C_GetAttributeValue(session, key, nullptr, 1) == CKR_ARGUMENTS_BAD);
}
