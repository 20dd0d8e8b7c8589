// SPDX-License-Identifier: Apache-2.0
// Signatures, judged by OpenSSL; sizes; what is refused before the card hears of it.
#include "module_fixture.hpp"

using namespace myna;
using namespace myna::test;

namespace {

const std::string kText = "契約書";

bool fits(FileId certificate, Digest digest, ByteView data, ByteView signature) {
  const auto key = must(certificate_public_key(file_of(card_image(), certificate)));
  return key->verify_pkcs1(must(digest_info(digest, hash(digest, data))), signature).has_value();
}

CK_RSA_PKCS_PSS_PARAMS pss_parameters() { return {.hashAlg = CKM_SHA256, .mgf = CKG_MGF1_SHA256, .sLen = 32}; }

}  // namespace

TEST_CASE("every mechanism with either key, whole and in parts") {
  const Bench bench(card_image(), "legacy-hashes=yes");
  const auto [slot, pin, certificate] =
      GENERATE(table<CK_SLOT_ID, const char*, FileId>({{0, kAuthPin, 0x000A}, {1, kSignPassword, 0x0001}}));
  const CK_SESSION_HANDLE session = bench.session(slot);
  REQUIRE(bench.login(session, pin) == CKR_OK);
  for (const auto& [type, digest] : {std::pair{CKM_SHA256_RSA_PKCS, Digest::sha256},
                                     {CKM_SHA384_RSA_PKCS, Digest::sha384},
                                     {CKM_SHA512_RSA_PKCS, Digest::sha512},
                                     {CKM_SHA1_RSA_PKCS, Digest::sha1},
                                     {CKM_SHA224_RSA_PKCS, Digest::sha224}}) {
    Bytes signature;
    REQUIRE(sign_init(session, type) == CKR_OK);
    REQUIRE(sign(session, as_bytes(kText), signature) == CKR_OK);
    CHECK(fits(certificate, digest, as_bytes(kText), signature));
    REQUIRE(sign_init(session, type) == CKR_OK);
    for (const char& c : kText) {
      REQUIRE(functions().C_SignUpdate(session, reinterpret_cast<CK_BYTE_PTR>(const_cast<char*>(&c)), 1) == CKR_OK);
    }
    CK_ULONG length = 256;
    REQUIRE(functions().C_SignFinal(session, signature.data(), &length) == CKR_OK);
    CHECK(fits(certificate, digest, as_bytes(kText), signature));
  }
  Bytes signature;
  const Bytes info = must(digest_info(Digest::sha512, hash(Digest::sha512, as_bytes(kText))));   // as OpenSSH gives it
  REQUIRE(sign_init(session, CKM_RSA_PKCS) == CKR_OK);
  REQUIRE(sign(session, info, signature) == CKR_OK);
  CHECK(fits(certificate, Digest::sha512, as_bytes(kText), signature));
}

TEST_CASE("the size is told without the card, and too little room keeps the operation") {
  const Bench bench;
  const CK_SESSION_HANDLE session = bench.session(0);
  REQUIRE(bench.login(session, kAuthPin) == CKR_OK);
  REQUIRE(sign_init(session, CKM_SHA256_RSA_PKCS) == CKR_OK);
  CK_ULONG length = 0;
  Bytes data(3), signature(256);
  CHECK((functions().C_Sign(session, data.data(), 3, nullptr, &length) == CKR_OK && length == 256));
  length = 255;
  CHECK((functions().C_Sign(session, data.data(), 3, signature.data(), &length) == CKR_BUFFER_TOO_SMALL && length == 256));
  CHECK(functions().C_Sign(session, data.data(), 3, signature.data(), &length) == CKR_OK);
  CHECK(functions().C_Sign(session, data.data(), 3, signature.data(), &length) == CKR_OPERATION_NOT_INITIALIZED);
  CHECK(fits(0x000A, Digest::sha256, data, signature));
}

TEST_CASE("what the keys do not sign") {
  const Bench bench;
  const CK_SESSION_HANDLE auth = bench.session(0), sign_session = bench.session(1);
  CHECK(sign_init(auth, CKM_RSA_PKCS) == CKR_USER_NOT_LOGGED_IN);
  REQUIRE(bench.login(auth, kAuthPin) == CKR_OK);
  REQUIRE(bench.login(sign_session, kSignPassword) == CKR_OK);
  Bytes signature;
  REQUIRE(sign_init(sign_session, CKM_RSA_PKCS) == CKR_OK);
  CHECK(sign(sign_session, as_bytes("no DigestInfo"), signature) == CKR_DATA_INVALID);
  REQUIRE(sign_init(auth, CKM_RSA_PKCS) == CKR_OK);
  CHECK(sign(auth, as_bytes("a TLS 1.1 hash has no DigestInfo"), signature) == CKR_OK);
  REQUIRE(sign_init(auth, CKM_RSA_PKCS) == CKR_OK);
  CHECK(sign(auth, Bytes(246), signature) == CKR_DATA_LEN_RANGE);
  REQUIRE(sign_init(auth, CKM_RSA_PKCS) == CKR_OK);
  CHECK(sign(auth, {}, signature) == CKR_DATA_LEN_RANGE);
  CK_MECHANISM unknown{CKM_RSA_X_509, nullptr, 0}, odd{CKM_RSA_PKCS, signature.data(), 3}, plain{CKM_RSA_PKCS, nullptr, 0};
  CHECK(functions().C_SignInit(auth, &unknown, 1) == CKR_MECHANISM_INVALID);
  CHECK(functions().C_SignInit(auth, &odd, 1) == CKR_MECHANISM_PARAM_INVALID);
  CHECK(functions().C_SignInit(auth, nullptr, 1) == CKR_ARGUMENTS_BAD);
  CHECK(functions().C_SignInit(auth, &plain, 99) == CKR_KEY_HANDLE_INVALID);
  CHECK(functions().C_SignInit(auth, &plain, find_class(auth, CKO_PUBLIC_KEY)) == CKR_KEY_FUNCTION_NOT_PERMITTED);
  REQUIRE(sign_init(auth, CKM_RSA_PKCS) == CKR_OK);
  CHECK(sign_init(auth, CKM_RSA_PKCS) == CKR_OPERATION_ACTIVE);
  CHECK(functions().C_SessionCancel(auth, CKF_SIGN) == CKR_OK);
  CHECK(functions().C_SignUpdate(auth, signature.data(), 1) == CKR_OPERATION_NOT_INITIALIZED);
}

TEST_CASE("verifying with the public key") {
  const Bench bench;
  const CK_SESSION_HANDLE session = bench.session(0);
  REQUIRE(bench.login(session, kAuthPin) == CKR_OK);
  Bytes signature, data(as_bytes(kText).begin(), as_bytes(kText).end());
  REQUIRE(sign_init(session, CKM_SHA256_RSA_PKCS) == CKR_OK);
  REQUIRE(sign(session, data, signature) == CKR_OK);
  CK_MECHANISM mechanism{CKM_SHA256_RSA_PKCS, nullptr, 0};
  const auto verify = [&](Bytes with) {
    REQUIRE(functions().C_VerifyInit(session, &mechanism, find_class(session, CKO_PUBLIC_KEY)) == CKR_OK);
    return functions().C_Verify(session, data.data(), data.size(), with.data(), with.size());
  };
  CHECK(verify(signature) == CKR_OK);
  Bytes flipped = signature;
  flipped[100] ^= 1;
  CHECK(verify(flipped) == CKR_SIGNATURE_INVALID);
  CHECK(verify(Bytes(255)) == CKR_SIGNATURE_LEN_RANGE);
  REQUIRE(functions().C_VerifyInit(session, &mechanism, find_class(session, CKO_PUBLIC_KEY)) == CKR_OK);
  REQUIRE(functions().C_VerifyUpdate(session, data.data(), 4) == CKR_OK);
  REQUIRE(functions().C_VerifyUpdate(session, data.data() + 4, data.size() - 4) == CKR_OK);
  CHECK(functions().C_VerifyFinal(session, signature.data(), signature.size()) == CKR_OK);
  CHECK(functions().C_VerifyFinal(session, signature.data(), signature.size()) == CKR_OPERATION_NOT_INITIALIZED);
}

TEST_CASE("PSS, on a card that does it") {
  CardImage image = card_image();
  image.dialect.pss = GENERATE(true, false);
  const Bench bench(image, "pss=on");
  const CK_SESSION_HANDLE session = bench.session(0);
  REQUIRE(bench.login(session, kAuthPin) == CKR_OK);
  CK_RSA_PKCS_PSS_PARAMS parameters = pss_parameters();
  CK_MECHANISM mechanism{CKM_SHA256_RSA_PKCS_PSS, &parameters, sizeof parameters};
  const CK_OBJECT_HANDLE key = find_class(session, CKO_PRIVATE_KEY);
  REQUIRE(functions().C_SignInit(session, &mechanism, key) == CKR_OK);
  Bytes signature;
  const CK_RV answer = sign(session, as_bytes(kText), signature);
  CHECK(answer == (image.dialect.pss ? CKR_OK : CKR_DEVICE_ERROR));
  if (answer == CKR_OK) {
    CHECK(must(certificate_public_key(file_of(card_image(), 0x000A)))->verify_pss_sha256(hash(Digest::sha256, as_bytes(kText)), signature));
  }
  parameters.sLen = 20;
  CHECK(functions().C_SignInit(session, &mechanism, key) == (image.dialect.pss ? CKR_MECHANISM_PARAM_INVALID : CKR_MECHANISM_INVALID));
}

TEST_CASE("PSS is offered by what the card does: asked first, or found out") {
  const auto [parameters, does, before, after] = GENERATE(table<const char*, bool, bool, bool>({{"pss=probe", true, true, true},
                                                                                                {"pss=probe", false, false, false},
                                                                                                {"pss=on", false, true, false},
                                                                                                {"pss=off", true, false, false}}));
  CardImage image = card_image();
  image.dialect.pss = does;
  const Bench bench(image, parameters);
  const auto offered = [] {
    CK_MECHANISM_INFO info;
    return functions().C_GetMechanismInfo(0, CKM_RSA_PKCS_PSS, &info) == CKR_OK;
  };
  CHECK(offered() == before);
  const CK_SESSION_HANDLE session = bench.session(0);
  REQUIRE(bench.login(session, kAuthPin) == CKR_OK);
  CK_RSA_PKCS_PSS_PARAMS parameters_of_pss = pss_parameters();
  CK_MECHANISM mechanism{CKM_SHA256_RSA_PKCS_PSS, &parameters_of_pss, sizeof parameters_of_pss};
  const CK_RV begun = functions().C_SignInit(session, &mechanism, find_class(session, CKO_PRIVATE_KEY));
  CHECK(begun == (before ? CKR_OK : CKR_MECHANISM_INVALID));
  Bytes signature;
  if (begun == CKR_OK) CHECK(sign(session, as_bytes(kText), signature) == (does ? CKR_OK : CKR_DEVICE_ERROR));
  CHECK(offered() == after);
  REQUIRE(sign_init(session, CKM_SHA256_RSA_PKCS) == CKR_OK);   // the rest goes on
  CHECK(sign(session, as_bytes(kText), signature) == CKR_OK);
}

TEST_CASE("another card's key is noticed before anybody gets the signature") {
  Bench bench;
  const CK_SESSION_HANDLE session = bench.session(0);
  REQUIRE(bench.login(session, kAuthPin) == CKR_OK);
  REQUIRE(find_class(session, CKO_PRIVATE_KEY) != 0);
  functions().C_Finalize(nullptr);
  CardImage image = bench.cards.stored();
  for (ImageApplication& application : image.applications) {
    if (!equal(application.aid, aid::kJpki)) continue;
    std::swap(application.keys[0].pkcs8, application.keys[1].pkcs8);
  }
  bench.cards.take("card");
  bench.cards.put("card", image);
  REQUIRE(initialise() == CKR_OK);
  CK_ULONG count = 0;
  REQUIRE(functions().C_GetSlotList(CK_FALSE, nullptr, &count) == CKR_OK);
  const CK_SESSION_HANDLE again = bench.session(0);
  REQUIRE(bench.login(again, kAuthPin) == CKR_OK);
  REQUIRE(sign_init(again, CKM_SHA256_RSA_PKCS) == CKR_OK);
  Bytes signature(256);
  CHECK(sign(again, as_bytes(kText), signature) == CKR_DEVICE_REMOVED);
  CHECK(signature == Bytes(256));
  CHECK(functions().C_GetSessionInfo(again, nullptr) == CKR_SESSION_HANDLE_INVALID);
}
