// SPDX-License-Identifier: Apache-2.0
#include "pcsc_call.hpp"

#include <array>
#include <utility>

namespace myna::pcsc {
namespace {

struct CodeRow {
  LONG code;
  Errc meaning;
};

constexpr LONG code(unsigned long value) { return static_cast<LONG>(value); }

const std::array kCodes{
    CodeRow{code(SCARD_E_NO_SERVICE), Errc::no_service},
    CodeRow{code(SCARD_E_SERVICE_STOPPED), Errc::no_service},
    CodeRow{code(SCARD_E_INVALID_HANDLE), Errc::no_service},   // a handle of a pcscd that was restarted
    CodeRow{code(SCARD_E_NO_READERS_AVAILABLE), Errc::no_reader},
    CodeRow{code(SCARD_E_UNKNOWN_READER), Errc::reader_unknown},
    CodeRow{code(SCARD_E_READER_UNAVAILABLE), Errc::reader_unusable},
    CodeRow{code(SCARD_E_NO_SMARTCARD), Errc::no_card},
    CodeRow{code(SCARD_W_REMOVED_CARD), Errc::card_removed},
    CodeRow{code(SCARD_W_RESET_CARD), Errc::card_changed},
    CodeRow{code(SCARD_W_UNRESPONSIVE_CARD), Errc::card_unresponsive},
    CodeRow{code(SCARD_W_UNPOWERED_CARD), Errc::card_unresponsive},
    CodeRow{code(SCARD_W_UNSUPPORTED_CARD), Errc::card_unresponsive},
    CodeRow{code(SCARD_E_PROTO_MISMATCH), Errc::card_unresponsive},
    CodeRow{code(SCARD_E_SHARING_VIOLATION), Errc::card_busy},
    CodeRow{code(SCARD_E_TIMEOUT), Errc::timed_out},
    CodeRow{code(SCARD_E_CANCELLED), Errc::cancelled},
};

}  // namespace

Status check(LONG value, const char* file, int line) {
  if (value == SCARD_S_SUCCESS) return {};
  for (const CodeRow& row : kCodes) {
    if (row.code == value) return fail_native(row.meaning, value, file, line);
  }
  return fail_native(Errc::link_lost, value, file, line);
}

Result<Context> Context::establish() {
  SCARDCONTEXT handle = 0;
  MYNA_CHECK(check(SCardEstablishContext(SCARD_SCOPE_SYSTEM, nullptr, nullptr, &handle)));
  return Context(handle);
}

Context::Context(Context&& other) noexcept : handle_(other.handle_), owned_(std::exchange(other.owned_, false)) {}

Context& Context::operator=(Context&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(owned_, other.owned_);
  return *this;
}

Context::~Context() {
  if (owned_) SCardReleaseContext(handle_);
}

}  // namespace myna::pcsc
