// SPDX-License-Identifier: Apache-2.0
// Threads, fork, events, faults, and the PIN in memory.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <thread>

#include "module_fixture.hpp"
#include "myna/core/secret.hpp"

using namespace myna;
using namespace myna::test;

TEST_CASE("threads with sessions of their own sign at the same time") {
  const Bench bench;
  REQUIRE(bench.login(bench.session(0), kAuthPin) == CKR_OK);
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      CK_SESSION_HANDLE session = 0;
      if (functions().C_OpenSession(0, CKF_SERIAL_SESSION, nullptr, nullptr, &session) != CKR_OK) return;
      for (int k = 0; k < 4; ++k) {
        CK_MECHANISM mechanism{CKM_SHA256_RSA_PKCS, nullptr, 0};
        Bytes signature(256), data(8, static_cast<Byte>(k));
        CK_ULONG length = 256, count = 0;
        CK_TOKEN_INFO info;
        functions().C_GetSlotList(CK_TRUE, nullptr, &count);
        functions().C_GetTokenInfo(1, &info);
        if (functions().C_SignInit(session, &mechanism, 1) == CKR_OK &&
            functions().C_Sign(session, data.data(), data.size(), signature.data(), &length) == CKR_OK) ++good;
      }
      functions().C_CloseSession(session);
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(good == 16);
}

TEST_CASE("C_Finalize wakes who waits for an event") {
  const Bench bench;
  CK_SLOT_ID slot = 99;
  while (functions().C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, nullptr) == CKR_OK) {
  }
  CHECK(functions().C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, nullptr) == CKR_NO_EVENT);
  CHECK(functions().C_WaitForSlotEvent(0, nullptr, nullptr) == CKR_ARGUMENTS_BAD);
  std::atomic<CK_RV> answer = CKR_OK;
  std::thread waiting([&] { answer = functions().C_WaitForSlotEvent(0, &slot, nullptr); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));   // so that it usually waits; it must end either way
  CHECK(functions().C_Finalize(nullptr) == CKR_OK);
  waiting.join();
  CHECK(answer == CKR_CRYPTOKI_NOT_INITIALIZED);
}

TEST_CASE("an event of the second of two readers ends the wait") {
  Bench bench;
  bench.cards.put("second", card_image());
  REQUIRE(functions().C_Finalize(nullptr) == CKR_OK);
  REQUIRE(functions().C_Initialize(nullptr) == CKR_OK);
  CK_SLOT_ID slot = 99;
  while (functions().C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, nullptr) == CKR_OK) {
  }
  std::atomic<CK_RV> answer = CKR_GENERAL_ERROR;
  std::thread waiting([&] { answer = functions().C_WaitForSlotEvent(0, &slot, nullptr); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));   // so that it usually waits; it must end either way
  bench.cards.take("second");
  waiting.join();
  CHECK(answer == CKR_OK);
  CHECK((slot == 2 || slot == 3));
}

TEST_CASE("a card that leaves takes its sessions along, and the slots stay") {
  Bench bench;
  const CK_SESSION_HANDLE session = bench.session(0);
  REQUIRE(bench.login(session, kAuthPin) == CKR_OK);
  bench.cards.take("card");
  CK_ULONG count = 0;
  REQUIRE(functions().C_GetSlotList(CK_TRUE, nullptr, &count) == CKR_OK);
  CHECK(count == 0);
  CHECK(functions().C_GetSessionInfo(session, nullptr) == CKR_SESSION_HANDLE_INVALID);
  REQUIRE(functions().C_GetSlotList(CK_FALSE, nullptr, &count) == CKR_OK);
  CHECK(count == 2);
  CK_SLOT_ID slot = 99;
  CHECK((functions().C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, nullptr) == CKR_OK && slot < 2));
  CK_TOKEN_INFO info;
  CHECK(functions().C_GetTokenInfo(0, &info) == CKR_TOKEN_NOT_PRESENT);
  bench.cards.put("card", card_image());
  REQUIRE(functions().C_GetSlotList(CK_TRUE, nullptr, &count) == CKR_OK);
  CHECK(count == 2);
  const CK_SESSION_HANDLE again = bench.session(0);
  CK_SESSION_INFO state;
  REQUIRE(functions().C_GetSessionInfo(again, &state) == CKR_OK);
  CHECK(state.state == CKS_RO_PUBLIC_SESSION);   // the login was the other card's
}

TEST_CASE("a child process starts anew, and the parent goes on") {
  const Bench bench;
  const CK_SESSION_HANDLE session = bench.session(0);
  REQUIRE(bench.login(session, kAuthPin) == CKR_OK);
  const pid_t child = ::fork();
  if (child == 0) {
    CK_SESSION_HANDLE own = 0;
    CK_ULONG count = 0;
    CK_UTF8CHAR pin[] = "1234";
    const bool before = functions().C_GetSessionInfo(session, nullptr) == CKR_CRYPTOKI_NOT_INITIALIZED;
    const bool made = functions().C_Initialize(nullptr) == CKR_OK && functions().C_GetSlotList(CK_FALSE, nullptr, &count) == CKR_OK;
    const bool opened = functions().C_OpenSession(0, CKF_SERIAL_SESSION, nullptr, nullptr, &own) == CKR_OK;
    const bool inherited = functions().C_SignInit(own, nullptr, 1) == CKR_OK;
    const bool logged_in = functions().C_Login(own, CKU_USER, pin, 4) == CKR_OK;
    ::_exit(before && made && opened && !inherited && logged_in ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  Bytes signature;
  REQUIRE(sign_init(session, CKM_SHA256_RSA_PKCS) == CKR_OK);
  CHECK(sign(session, as_bytes("parent"), signature) == CKR_OK);
}

// Everything a program does for one signature; the tries that it asked for.
namespace {

int attempt(const Bench& bench, CK_SLOT_ID slot, const char* pin) {
  CK_SESSION_HANDLE session = 0;
  CK_TOKEN_INFO info;
  CK_MECHANISM mechanism{CKM_SHA256_RSA_PKCS, nullptr, 0};
  CK_ULONG count = 0, length = 256;
  CK_OBJECT_HANDLE objects[9];
  Bytes signature(256), data(5);
  functions().C_GetTokenInfo(slot, &info);
  if (functions().C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr, &session) != CKR_OK) return 0;
  const CK_RV in = bench.login(session, pin);
  if (functions().C_FindObjectsInit(session, nullptr, 0) == CKR_OK) {
    functions().C_FindObjects(session, objects, 9, &count);
    functions().C_FindObjectsFinal(session);
  }
  CK_RV made = CKR_GENERAL_ERROR;
  if (functions().C_SignInit(session, &mechanism, 1) == CKR_OK) {
    made = functions().C_Sign(session, data.data(), 5, signature.data(), &length);
  }
  CHECK((made == CKR_OK || signature == Bytes(256)));
  CHECK((in == CKR_OK || made != CKR_OK));
  functions().C_CloseSession(session);
  return 1;
}

}  // namespace

TEST_CASE("every fault at every command of a signature: no crash, and no more tries than logins") {
  const auto [slot, pin, file] =
      GENERATE(table<CK_SLOT_ID, const char*, FileId>({{0, kAuthPin, kAuthPinFile}, {1, kSignPassword, kSignPinFile}}));
  const FaultKind kind = GENERATE(from_range(all_faults()));
  if (kind == FaultKind::stall) return;
  for (std::uint32_t at = 0; at < 26; ++at) {
    Bench bench(with_faults({{.at = at, .kind = kind}}));
    const int before = bench.cards.tries(file);
    const int asked = attempt(bench, slot, pin);
    INFO(to_string(kind) << " at " << at);
    CHECK(before - bench.cards.tries(file) <= asked);
    functions().C_Finalize(nullptr);
  }
}

namespace {

// Kept masked, so that the search does not find itself.
constexpr Byte kMask = 0x5A;
std::size_t count_in_memory(const Bytes& masked_text) {
  std::ifstream maps("/proc/self/maps");
  std::size_t found = 0;
  const int memory = ::open("/proc/self/mem", 0);
  for (std::string line; std::getline(maps, line);) {
    unsigned long low = 0, high = 0;
    char rights[5]{};
    if (std::sscanf(line.c_str(), "%lx-%lx %4s", &low, &high, rights) != 3 || rights[0] != 'r' || rights[1] != 'w' ||
        high - low > (64UL << 20)) {
      continue;
    }
    std::vector<char> part(high - low);
    const ssize_t have = ::pread(memory, part.data(), part.size(), static_cast<off_t>(low));
    for (ssize_t i = 0; i + static_cast<ssize_t>(masked_text.size()) <= have; ++i) {
      std::size_t k = 0;
      while (k < masked_text.size() && static_cast<Byte>(part[static_cast<std::size_t>(i) + k] ^ kMask) == masked_text[k]) ++k;
      if (k == masked_text.size()) ++found;
    }
    wipe(part.data(), part.size());
  }
  ::close(memory);
  return found;
}

}  // namespace

// Run by tests/e2e/pkcs11 with the module for pcscd: the virtual one holds the card itself, and the card knows its PINs.
TEST_CASE("over pcscd: after the logout the PIN is nowhere in memory", "[.pcscd]") {
  constexpr std::array<Byte, 12> kPassword{'Q' ^ kMask, 'X' ^ kMask, 'J' ^ kMask, '7' ^ kMask, 'V' ^ kMask, 'K' ^ kMask,
                                           'Z' ^ kMask, '2' ^ kMask, 'W' ^ kMask, 'P' ^ kMask, 'M' ^ kMask, '9' ^ kMask};
  const Bytes secret(kPassword.begin(), kPassword.end());
  REQUIRE(initialise("tokens=sign") == CKR_OK);
  CK_ULONG count = 0;
  REQUIRE(functions().C_GetSlotList(CK_TRUE, nullptr, &count) == CKR_OK);
  CK_SLOT_ID slot = 0;
  count = 1;
  REQUIRE(functions().C_GetSlotList(CK_TRUE, &slot, &count) == CKR_OK);
  CK_SESSION_HANDLE session = 0;
  REQUIRE(functions().C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr, &session) == CKR_OK);
  std::array<Byte, 12> typed{};
  for (std::size_t i = 0; i < typed.size(); ++i) typed[i] = static_cast<Byte>(kPassword[i] ^ kMask);
  REQUIRE(functions().C_Login(session, CKU_USER, typed.data(), typed.size()) == CKR_OK);
  wipe(typed.data(), typed.size());
  Bytes signature;
  REQUIRE(sign_init(session, CKM_SHA256_RSA_PKCS) == CKR_OK);
  REQUIRE(sign(session, as_bytes("letter"), signature) == CKR_OK);
  CHECK(count_in_memory(secret) == 1);   // the locked page
  CHECK(functions().C_Logout(session) == CKR_OK);
  CHECK(count_in_memory(secret) == 0);
  functions().C_Finalize(nullptr);
}
