// SPDX-License-Identifier: Apache-2.0
#include "hardening.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <array>

#include "myna/core/secret.hpp"

namespace myna::kioskd {

// The leak checker of a sanitizer is a debugger.
void forbid_core_dumps() noexcept {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__
  ::prctl(PR_SET_DUMPABLE, 0);
#endif
}

// MCL_ONFAULT: what is never touched costs nothing, so 8 MiB of stack for each thread are not all taken.
bool lock_memory() noexcept { return ::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0; }

[[gnu::noinline]] void scrub_stack() noexcept {
  std::array<unsigned char, 96 * 1024> below{};
  wipe(below.data(), below.size());
}

}  // namespace myna::kioskd
