// SPDX-License-Identifier: Apache-2.0
// Another program that takes the card at the very moment between the look of ours and its claim. In front of libpcsclite, by link order or
// LD_PRELOAD: before the first call that MYNA_RIVAL=CALL:MILLISECONDS names (begin, reconnect, connect) a rival begins a transaction and
// holds it so long.
#include "rival_between.hpp"

#include <dlfcn.h>
#include <winscard.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace {

std::atomic<int> hold_ms{0};
std::atomic<const char*> before_call{""};
std::atomic<bool> holds{false};

template <typename Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

// On a handle of its own, as another program has one.
void hold(int milliseconds, std::promise<void>& taken) {
  SCARDCONTEXT context = 0;
  SCARDHANDLE card = 0;
  DWORD protocol = 0, length = 1000;
  std::array<char, 1000> readers{};
  SCardEstablishContext(SCARD_SCOPE_SYSTEM, nullptr, nullptr, &context);
  SCardListReaders(context, nullptr, readers.data(), &length);
  const bool connected =
      real<decltype(SCardConnect)>("SCardConnect")(context, readers.data(), SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
                                                   &card, &protocol) == SCARD_S_SUCCESS;
  holds = connected && real<decltype(SCardBeginTransaction)>("SCardBeginTransaction")(card) == SCARD_S_SUCCESS;
  taken.set_value();
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
  SCardEndTransaction(card, SCARD_LEAVE_CARD);
  SCardDisconnect(card, SCARD_LEAVE_CARD);
  SCardReleaseContext(context);
  holds = false;
}

void maybe_rival(std::string_view call) {
  if (call != before_call.load()) return;
  const int milliseconds = hold_ms.exchange(0);
  if (milliseconds == 0) return;
  auto taken = std::make_shared<std::promise<void>>();
  auto done = taken->get_future();
  std::thread([milliseconds, taken] { hold(milliseconds, *taken); }).detach();
  done.wait();
}

[[gnu::constructor]] void read_environment() {
  const char* wanted = std::getenv("MYNA_RIVAL");
  if (wanted == nullptr) return;
  static std::string call = wanted;
  const std::size_t colon = call.find(':');
  const int milliseconds = std::atoi(call.c_str() + colon + 1);
  call.resize(colon);
  rival_before(call.c_str(), milliseconds);
}

}  // namespace

void rival_before(const char* call, int milliseconds) {
  before_call = call;
  hold_ms = milliseconds;
}

bool rival_holds() { return holds; }

extern "C" {

LONG SCardBeginTransaction(SCARDHANDLE card) {
  maybe_rival("begin");
  return real<decltype(SCardBeginTransaction)>("SCardBeginTransaction")(card);
}

LONG SCardReconnect(SCARDHANDLE card, DWORD share, DWORD protocols, DWORD initialisation, LPDWORD protocol) {
  maybe_rival("reconnect");
  return real<decltype(SCardReconnect)>("SCardReconnect")(card, share, protocols, initialisation, protocol);
}

LONG SCardConnect(SCARDCONTEXT context, LPCSTR reader, DWORD share, DWORD protocols, LPSCARDHANDLE card, LPDWORD protocol) {
  maybe_rival("connect");
  return real<decltype(SCardConnect)>("SCardConnect")(context, reader, share, protocols, card, protocol);
}

}
