// SPDX-License-Identifier: Apache-2.0
// A file that is missing or damaged takes its own objects along and nothing else: the slots are listed, the other token works.
#include "module_fixture.hpp"
#include "tests/support/damaged_card.hpp"

using namespace myna;
using namespace myna::test;

namespace {

constexpr CK_SLOT_ID kAuthSlot = 0, kSignSlot = 1;

struct TokenFiles {
  CK_SLOT_ID slot;
  const char* pin;
  std::vector<FileId> files;
};
const TokenFiles kTokens[] = {{kAuthSlot, kAuthPin, {0x000A, 0x000B, 0x0017, 0x0018}},
                              {kSignSlot, kSignPassword, {0x0001, 0x0002, 0x001A, 0x001B}}};

bool present(CK_SLOT_ID slot) {
  CK_SLOT_INFO info{};
  REQUIRE(functions().C_GetSlotInfo(slot, &info) == CKR_OK);
  return (info.flags & CKF_TOKEN_PRESENT) != 0;
}

CK_RV try_to_sign(CK_SESSION_HANDLE session) {
  Bytes signature;
  const CK_RV begun = sign_init(session, CKM_SHA256_RSA_PKCS);
  return begun == CKR_OK ? sign(session, as_bytes("契約書"), signature) : begun;
}

// Whatever is damaged of it: no crash, no failing list, and a login with the right PIN that is refused only when there is none.
void use_damaged(const Bench& bench, const TokenFiles& token) {
  if (!present(token.slot)) return;
  CK_TOKEN_INFO info{};
  CHECK(functions().C_GetTokenInfo(token.slot, &info) == CKR_OK);
  const CK_SESSION_HANDLE session = bench.session(token.slot);
  (void)find(session);
  const CK_RV login = Bench::login(session, token.pin);
  const bool has_pin = (info.flags & CKF_USER_PIN_INITIALIZED) != 0;
  CHECK(login == (has_pin ? CKR_OK : CKR_USER_PIN_NOT_INITIALIZED));
  (void)find(session);
  (void)try_to_sign(session);
}

void use_whole(const Bench& bench, const TokenFiles& token) {
  REQUIRE(present(token.slot));
  const CK_SESSION_HANDLE session = bench.session(token.slot);
  CHECK(Bench::login(session, token.pin) == CKR_OK);
  CHECK(find_class(session, CKO_CERTIFICATE) != 0);
  CHECK(try_to_sign(session) == CKR_OK);
}

// EF 0008 that says "none" is believed.
bool denies_certificates(const DamageCase& damaged) { return damaged.place.file == 0x0008 && damaged.kind == Damage::zeros; }

}  // namespace

TEST_CASE("every damage of the JPKI application leaves the slots, the tries and the other token") {
  for (const DamageCase& damaged : damages_of(jpki_of(card_image()))) {
    INFO(damaged.name);
    const Bench bench(damaged.done_to(card_image()));
    const int before = tries_of(bench.cards.stored());
    CK_SLOT_ID ids[4];
    CK_ULONG count = 4;
    REQUIRE(functions().C_GetSlotList(CK_TRUE, ids, &count) == CKR_OK);
    for (const TokenFiles& token : kTokens) {
      const bool its_own = std::ranges::find(token.files, *damaged.place.file) != token.files.end();
      if (its_own || denies_certificates(damaged)) use_damaged(bench, token);
      else use_whole(bench, token);
    }
    CHECK(tries_of(bench.cards.stored()) == before);
  }
}

TEST_CASE("two tokens without a name are not taken for the same card") {
  const auto bare = [] {
    CardImage image = card_image();
    REQUIRE(damage(image, {Bytes(aid::kJpki.begin(), aid::kJpki.end()), 0x0006}, Damage::absent));
    return image;
  };
  const Bench bench(bare());
  CK_TOKEN_INFO info{};
  REQUIRE(functions().C_GetTokenInfo(kAuthSlot, &info) == CKR_OK);
  CHECK(std::string(reinterpret_cast<const char*>(info.serialNumber), 16) == std::string(16, ' '));
  use_whole(bench, kTokens[0]);
}

TEST_CASE("of a key that is not supported yet the certificate is shown and nothing is signed") {
  const auto [slot, file, pin] =
      GENERATE(table<CK_SLOT_ID, FileId, const char*>({{kAuthSlot, 0x000A, kAuthPin}, {kSignSlot, 0x0001, kSignPassword}}));
  const Bench bench(with_elliptic_certificate(card_image(), file));
  const CK_SESSION_HANDLE session = bench.session(slot);
  REQUIRE(Bench::login(session, pin) == CKR_OK);
  const CK_OBJECT_HANDLE certificate = find_class(session, CKO_CERTIFICATE);
  REQUIRE(certificate != 0);
  CHECK(attribute(session, certificate, CKA_VALUE) == elliptic_certificate());
  CHECK(find_class(session, CKO_PRIVATE_KEY) == 0);
  CHECK(find_class(session, CKO_PUBLIC_KEY) == 0);
  CK_MECHANISM mechanism{CKM_SHA256_RSA_PKCS, nullptr, 0};
  constexpr CK_OBJECT_HANDLE kPrivateKeyOfAToken = 1;
  CHECK(functions().C_SignInit(session, &mechanism, kPrivateKeyOfAToken) == CKR_KEY_TYPE_INCONSISTENT);
}
