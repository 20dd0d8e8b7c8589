// SPDX-License-Identifier: Apache-2.0
// The one funnel for PC/SC return codes, and the owner of a context.
#pragma once

#include <winscard.h>

#include <memory>

#include "myna/core/result.hpp"

namespace myna::pcsc {

// Success, or the Errc of the table in pcsc_call.cpp with the code as `native` and the caller's place.
Status check(LONG code, const char* file = __builtin_FILE(), int line = __builtin_LINE());

class Context {
 public:
  // Errors: no_service.
  static Result<Context> establish();
  Context(Context&& other) noexcept;
  Context& operator=(Context&& other) noexcept;
  ~Context();
  SCARDCONTEXT handle() const noexcept { return handle_; }

 private:
  explicit Context(SCARDCONTEXT handle) noexcept : handle_(handle), owned_(true) {}
  SCARDCONTEXT handle_;
  bool owned_;
};

}  // namespace myna::pcsc
