// SPDX-License-Identifier: Apache-2.0
// Every path that could spend a try. A malformed or already refused PIN never reaches the card, and the last try is not for programs.
#include <cstring>

#include "module_fixture.hpp"

using namespace myna;
using namespace myna::test;

TEST_CASE("login, logout, and their errors") {
  const Bench bench;
  const CK_SESSION_HANDLE session = bench.session(0);
  CK_UTF8CHAR pin[] = "1234";
  CHECK(functions().C_Logout(session) == CKR_USER_NOT_LOGGED_IN);
  CHECK(functions().C_Login(99, CKU_USER, pin, 4) == CKR_SESSION_HANDLE_INVALID);
  CHECK(functions().C_Login(session, CKU_SO, pin, 4) == CKR_USER_TYPE_INVALID);
  CHECK(functions().C_Login(session, CKU_CONTEXT_SPECIFIC, pin, 4) == CKR_OPERATION_NOT_INITIALIZED);
  CHECK(functions().C_Login(session, CKU_USER, nullptr, 0) == CKR_ARGUMENTS_BAD);
  CHECK(functions().C_LoginUser(session, CKU_USER, pin, 4, pin, 4) == CKR_USER_TYPE_INVALID);
  REQUIRE(functions().C_LoginUser(session, CKU_USER, pin, 4, nullptr, 0) == CKR_OK);
  CHECK(bench.login(session, kAuthPin) == CKR_USER_ALREADY_LOGGED_IN);
  CHECK(functions().C_Logout(session) == CKR_OK);
  CHECK(functions().C_Logout(session) == CKR_USER_NOT_LOGGED_IN);
  CHECK(bench.cards.tries(kAuthPinFile) == 3);
}

TEST_CASE("a PIN without form costs no try") {
  const Bench bench;
  const CK_SESSION_HANDLE auth = bench.session(0), sign = bench.session(1);
  for (const char* pin : {"", "123", "12345", "12a4", "ABC123"}) CHECK(bench.login(auth, pin) == CKR_PIN_INCORRECT);
  for (const char* pin : {"", "ABC12", "ABCDEFGHIJKLMNOPQ", "ABC-123"}) CHECK(bench.login(sign, pin) == CKR_PIN_INCORRECT);
  CHECK((bench.cards.tries(kAuthPinFile) == 3 && bench.cards.tries(kSignPinFile) == 5));
  CHECK(bench.login(sign, "abc123") == CKR_OK);   // lower case is taken as capitals
}

TEST_CASE("a wrong PIN costs one try, again and again the same one no more") {
  const Bench bench;
  const CK_SESSION_HANDLE session = bench.session(0);
  for (int i = 0; i < 4; ++i) CHECK(bench.login(session, "9999") == CKR_PIN_INCORRECT);   // what tstclnt does
  CHECK(bench.cards.tries(kAuthPinFile) == 2);
  CHECK(bench.login(session, "8888") == CKR_PIN_INCORRECT);
  CHECK(bench.login(session, "7777") == CKR_PIN_LOCKED);
  CHECK(bench.login(session, kAuthPin) == CKR_PIN_LOCKED);   // the floor does not depend on the PIN
  CHECK(bench.cards.tries(kAuthPinFile) == 1);
}

TEST_CASE("a refused PIN is not sent again after another program reset, took or used the card, at any command") {
  const FaultKind kind =
      GENERATE(FaultKind::rival_resets, FaultKind::rival_powers, FaultKind::rival_holds, FaultKind::rival_selects, FaultKind::rival_opens);
  static int another = 5000;   // the card is the same each time, and what it refused is remembered
  for (std::uint32_t at = 1; at < 24; ++at, ++another) {
    INFO(to_string(kind) << " at " << at);
    const Bench bench(with_faults({{.at = at, .kind = kind}}));
    int refused = 0;
    for (int i = 0; i < 4; ++i) {
      CK_SESSION_HANDLE session = 0;
      if (functions().C_OpenSession(0, CKF_SERIAL_SESSION, nullptr, nullptr, &session) != CKR_OK) continue;
      refused += bench.login(session, std::to_string(another)) == CKR_PIN_INCORRECT;
    }
    CHECK(refused >= 2);
    const int tries = bench.cards.tries(kAuthPinFile);
    CHECK((tries == 2 || (tries == 3 && kind == FaultKind::rival_opens)));   // the right PIN of the rival restores them
  }
}

TEST_CASE("a refused PIN is not sent again after C_Finalize and C_Initialize, but once the card has gone") {
  Bench bench;
  CHECK(bench.login(bench.session(0), "9999") == CKR_PIN_INCORRECT);
  REQUIRE(functions().C_Finalize(nullptr) == CKR_OK);
  REQUIRE(initialise() == CKR_OK);
  CK_ULONG count = 0;
  REQUIRE(functions().C_GetSlotList(CK_FALSE, nullptr, &count) == CKR_OK);
  CHECK(bench.login(bench.session(0), "9999") == CKR_PIN_INCORRECT);
  CHECK(bench.cards.tries(kAuthPinFile) == 2);
  bench.cards.take("card");
  REQUIRE(functions().C_GetSlotList(CK_FALSE, nullptr, &count) == CKR_OK);
  bench.cards.put("card", card_image());
  REQUIRE(functions().C_GetSlotList(CK_FALSE, nullptr, &count) == CKR_OK);
  CHECK(bench.login(bench.session(0), "9999") == CKR_PIN_INCORRECT);
  CHECK(bench.cards.tries(kAuthPinFile) == 2);
}

TEST_CASE("the last try, by a setting") {
  Bench bench(card_image(), "allow-last-try=yes");
  bench.cards.set_tries(kAuthPinFile, 1);
  CHECK(bench.login(bench.session(0), kAuthPin) == CKR_OK);
  CHECK(bench.cards.tries(kAuthPinFile) == 3);
}

TEST_CASE("a blocked PIN is told as such, in every dialect") {
  CardImage image = card_image();
  image.dialect.blocked = GENERATE(sw::kReferenceLocked, sw::kBlocked);
  Bench bench(image);
  bench.cards.set_tries(kSignPinFile, 0);
  CHECK(bench.login(bench.session(1), kSignPassword) == CKR_PIN_LOCKED);
}

TEST_CASE("a try lost to another program ends the login, and the PIN is not sent again") {
  Bench bench;
  const CK_SESSION_HANDLE session = bench.session(0);
  REQUIRE(bench.login(session, kAuthPin) == CKR_OK);
  REQUIRE(sign_init(session, CKM_SHA256_RSA_PKCS) == CKR_OK);
  bench.cards.set_tries(kAuthPinFile, 2);
  Bytes signature;
  CHECK(sign(session, as_bytes("letter"), signature) == CKR_USER_NOT_LOGGED_IN);
  CHECK(sign_init(session, CKM_SHA256_RSA_PKCS) == CKR_USER_NOT_LOGGED_IN);
  CHECK(bench.cards.tries(kAuthPinFile) == 2);
}

TEST_CASE("the sign password is forgotten after its time") {
  const Bench bench(card_image(), "sign-idle=0");
  const CK_SESSION_HANDLE session = bench.session(1);
  REQUIRE(bench.login(session, kSignPassword) == CKR_OK);
  CK_SESSION_INFO info;
  REQUIRE(functions().C_GetSessionInfo(session, &info) == CKR_OK);
  CHECK(info.state == CKS_RO_PUBLIC_SESSION);
  CHECK(find_class(session, CKO_PRIVATE_KEY) == 0);
}

TEST_CASE("the tokens of one card have logins of their own") {
  const Bench bench;
  const CK_SESSION_HANDLE auth = bench.session(0), sign = bench.session(1);
  REQUIRE(bench.login(auth, kAuthPin) == CKR_OK);
  CK_SESSION_INFO info;
  REQUIRE(functions().C_GetSessionInfo(sign, &info) == CKR_OK);
  CHECK(info.state == CKS_RO_PUBLIC_SESSION);
  REQUIRE(bench.login(sign, kSignPassword) == CKR_OK);
  REQUIRE(functions().C_Logout(auth) == CKR_OK);
  REQUIRE(functions().C_GetSessionInfo(sign, &info) == CKR_OK);
  CHECK(info.state == CKS_RO_USER_FUNCTIONS);
}

TEST_CASE("changing a PIN") {
  const Bench bench;
  const CK_SESSION_HANDLE reading = bench.session(0), writing = bench.session(0, CKF_RW_SESSION);
  const auto change = [](CK_SESSION_HANDLE session, std::string from, std::string to) {
    return functions().C_SetPIN(session, reinterpret_cast<CK_UTF8CHAR_PTR>(from.data()), from.size(),
                                reinterpret_cast<CK_UTF8CHAR_PTR>(to.data()), to.size());
  };
  CHECK(change(reading, "1234", "4321") == CKR_SESSION_READ_ONLY);
  CHECK(functions().C_SetPIN(writing, nullptr, 0, nullptr, 0) == CKR_ARGUMENTS_BAD);
  CHECK(change(writing, "1234", "43210") == CKR_PIN_INCORRECT);
  CHECK(bench.cards.tries(kAuthPinFile) == 3);
  CHECK(change(writing, "1234", "4321") == CKR_OK);
  CHECK(bench.login(reading, "4321") == CKR_OK);
}

TEST_CASE("always-authenticate: each signature asks") {
  const Bench bench(card_image(), "always-authenticate=yes");
  const CK_SESSION_HANDLE session = bench.session(0);
  REQUIRE(bench.login(session, kAuthPin) == CKR_OK);
  const CK_OBJECT_HANDLE key = find_class(session, CKO_PRIVATE_KEY);
  CHECK(attribute(session, key, CKA_ALWAYS_AUTHENTICATE) == Bytes{CK_TRUE});
  Bytes signature;
  REQUIRE(sign_init(session, CKM_SHA256_RSA_PKCS) == CKR_OK);
  CHECK(sign(session, as_bytes("letter"), signature) == CKR_USER_NOT_LOGGED_IN);
  REQUIRE(sign_init(session, CKM_SHA256_RSA_PKCS) == CKR_OK);
  CHECK(bench.login(session, kAuthPin, CKU_CONTEXT_SPECIFIC) == CKR_OK);
  CHECK(sign(session, as_bytes("letter"), signature) == CKR_OK);
}

TEST_CASE("the counter object tells the exact tries, and only to who asks for it") {
  Bench bench;
  const CK_SESSION_HANDLE session = bench.session(1);
  CHECK(find(session).empty());
  const CK_OBJECT_HANDLE counter = find_class(session, CKO_MYNA_PIN_COUNTER);
  REQUIRE(counter != 0);
  const auto number = [&](CK_ATTRIBUTE_TYPE type) {
    const Bytes value = attribute(session, counter, type);
    CK_ULONG result = 0;
    std::memcpy(&result, value.data(), sizeof result);
    return result;
  };
  CHECK((number(CKA_MYNA_TRIES_REMAINING) == 5 && number(CKA_MYNA_TRIES_MAXIMUM) == 5));
  bench.cards.set_tries(kSignPinFile, 3);
  CHECK(number(CKA_MYNA_TRIES_REMAINING) == 3);
}

namespace {

// A pinentry that writes down what it was told and answers as the test says.
struct FakeAgent {
  explicit FakeAgent(const std::string& answer) {
    std::string pattern = (std::filesystem::temp_directory_path() / "myna-agent-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    std::ofstream(folder / "pinentry") << "#!/bin/sh\necho OK ready\nwhile read -r line; do\n  echo \"$line\" >> "
                                       << (folder / "said").string() << "\n  case $line in GETPIN) " << answer
                                       << ";; *) echo OK;; esac\ndone\n";
    std::filesystem::permissions(folder / "pinentry", std::filesystem::perms::owner_all);
  }
  ~FakeAgent() { std::filesystem::remove_all(folder); }
  std::string parameters() const { return "pin-agent=" + (folder / "pinentry").string(); }
  std::string said() const {
    std::ifstream file(folder / "said");
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::filesystem::path folder;
};

CK_RV login_by_agent(CK_SESSION_HANDLE session) { return functions().C_Login(session, CKU_USER, nullptr, 0); }

}  // namespace

TEST_CASE("a PIN agent asks instead of the program, and shows what it is for") {
  const FakeAgent agent("echo 'D 1%3234'; echo OK");
  const std::string parameters = agent.parameters();
  const Bench bench(card_image(), parameters.c_str());
  CK_TOKEN_INFO info;
  REQUIRE(functions().C_GetTokenInfo(0, &info) == CKR_OK);
  CHECK((info.flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0);
  const CK_SESSION_HANDLE session = bench.session(0);
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE(login_by_agent(session) == CKR_OK);
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(500));   // Firefox hangs otherwise
  CHECK(login_by_agent(session) == CKR_USER_ALREADY_LOGGED_IN);                         // p11tool asks twice; nobody is asked again
  CHECK(agent.said().find("tries left: 3 / 3") != std::string::npos);
  CHECK(agent.said().find("authentication PIN%0A%0Apkcs11%0A") != std::string::npos);
  REQUIRE(functions().C_Logout(session) == CKR_OK);
  CHECK(bench.login(session, kAuthPin) == CKR_OK);                                      // a PIN that a program has is still taken
}

TEST_CASE("an agent that is cancelled, wrong, or none") {
  const auto [answer, result] =
      GENERATE(table<std::string, CK_RV>({{"echo 'ERR 83886179 Operation cancelled <Pinentry>'", CKR_FUNCTION_CANCELED},
                                          {"echo 'D 9999'; echo OK", CKR_PIN_INCORRECT},
                                          {"echo OK", CKR_PIN_INCORRECT},
                                          {"echo 'ERR 1 no'", CKR_FUNCTION_FAILED},
                                          {"exit 0", CKR_FUNCTION_FAILED}}));
  const FakeAgent agent(answer);
  const std::string parameters = agent.parameters();
  Bench bench(card_image(), parameters.c_str());
  const CK_SESSION_HANDLE session = bench.session(0);
  CHECK(login_by_agent(session) == result);
  CHECK(bench.cards.tries(kAuthPinFile) >= 2);
  bench.cards.set_tries(kAuthPinFile, 1);
  std::filesystem::remove(agent.folder / "said");
  CHECK(login_by_agent(session) == CKR_PIN_LOCKED);
  CHECK(agent.said().empty());                       // nobody is asked for a PIN that would not be sent
}

TEST_CASE("without an agent a program has to bring the PIN") {
  const Bench bench(card_image(), "pin-agent=relative/path");
  CHECK(login_by_agent(bench.session(0)) == CKR_ARGUMENTS_BAD);
}

TEST_CASE("an agent that does not exist") {
  const Bench bench(card_image(), "pin-agent=/nonexistent/pinentry");
  CHECK(login_by_agent(bench.session(0)) == CKR_FUNCTION_FAILED);
}
