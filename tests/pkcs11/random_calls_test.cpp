// SPDX-License-Identifier: Apache-2.0
// Calls in random order with random arguments: no crash, and over any sequence no more tries are lost than logins were asked for.
#include <random>

#include "module_fixture.hpp"

using namespace myna;
using namespace myna::test;

namespace {

struct Player {
  explicit Player(unsigned seed) : random(seed) {}
  unsigned below(unsigned n) { return static_cast<unsigned>(random() % n); }
  CK_SESSION_HANDLE any_session() {
    return sessions.empty() || below(8) == 0 ? below(50) : sessions[below(static_cast<unsigned>(sessions.size()))];
  }
  std::string any_pin() {
    static const std::vector<std::string> pins{"1234", "ABC123", "0000", "9999", "", "12345", "abc123", "WRONG1"};
    return pins[below(static_cast<unsigned>(pins.size()))];
  }

  void step() {
    auto& f = functions();
    CK_ULONG length = below(300);
    Bytes buffer(300);
    CK_MECHANISM mechanism{below(3) == 0 ? CKM_RSA_PKCS : CKM_SHA256_RSA_PKCS, nullptr, 0};
    CK_OBJECT_HANDLE objects[4];
    CK_ATTRIBUTE attribute{below(0x200), below(2) == 0 ? nullptr : buffer.data(), below(300)};
    CK_SESSION_HANDLE opened = 0;
    CK_TOKEN_INFO token;
    std::string pin = any_pin();
    switch (below(16)) {
      case 0: case 1:
        if (sessions.size() < 20 &&
            f.C_OpenSession(below(3), CKF_SERIAL_SESSION | (below(2) ? CKF_RW_SESSION : 0), nullptr, nullptr, &opened) == CKR_OK) {
          sessions.push_back(opened);
        }
        break;
      case 2: f.C_CloseSession(any_session()); break;
      case 3:
        ++logins;
        f.C_Login(any_session(), below(3), reinterpret_cast<CK_UTF8CHAR_PTR>(pin.data()), pin.size());
        break;
      case 4: f.C_Logout(any_session()); break;
      case 5: f.C_FindObjectsInit(any_session(), &attribute, attribute.pValue == nullptr ? 0 : below(2)); break;
      case 6: f.C_FindObjects(any_session(), objects, below(5), &length); break;
      case 7: f.C_FindObjectsFinal(any_session()); break;
      case 8: f.C_GetAttributeValue(any_session(), below(8), &attribute, 1); break;
      case 9: f.C_SignInit(any_session(), &mechanism, below(4)); break;
      case 10: f.C_Sign(any_session(), buffer.data(), below(300), buffer.data(), &length); break;
      case 11: f.C_SignUpdate(any_session(), buffer.data(), below(300)); break;
      case 12: f.C_SignFinal(any_session(), below(2) ? nullptr : buffer.data(), &length); break;
      case 13: f.C_VerifyInit(any_session(), &mechanism, below(4)); break;
      case 14: f.C_Verify(any_session(), buffer.data(), below(300), buffer.data(), below(300)); break;
      default: f.C_GetTokenInfo(below(3), &token); break;
    }
  }

  std::mt19937 random;
  std::vector<CK_SESSION_HANDLE> sessions;
  int logins = 0;
};

int tries_of(const Cards& cards) { return cards.tries(kAuthPinFile) + cards.tries(kSignPinFile); }

}  // namespace

TEST_CASE("random calls never spend a try that no login asked for, and never lock a PIN") {
  const unsigned seed = GENERATE(range(1U, 21U));
  INFO("seed " << seed);
  const Bench bench;
  Player player(seed);
  const int before = tries_of(bench.cards);
  for (int i = 0; i < 400; ++i) player.step();
  CHECK(before - tries_of(bench.cards) <= player.logins);
  CHECK((bench.cards.tries(kAuthPinFile) >= 1 && bench.cards.tries(kSignPinFile) >= 1));
}
