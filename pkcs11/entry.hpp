// SPDX-License-Identifier: Apache-2.0
// The C boundary: no exception leaves the module.
#pragma once

#include <exception>
#include <new>

#include "cryptoki.hpp"

namespace myna::p11 {

template <typename Call>
CK_RV guarded(Call call) noexcept {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return CKR_HOST_MEMORY;
  } catch (...) {
    return CKR_GENERAL_ERROR;
  }
}

}  // namespace myna::p11
