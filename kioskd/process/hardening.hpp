// SPDX-License-Identifier: Apache-2.0
// What the service does to its own process before anything personal enters it.
#pragma once

namespace myna::kioskd {

// No core dump and no debugger of the same user.
void forbid_core_dumps() noexcept;

// No page, present or future, is ever swapped. False when the limit (RLIMIT_MEMLOCK) forbids it.
bool lock_memory() noexcept;

// Overwrites the part of the stack that calls made so far have left behind.
void scrub_stack() noexcept;

}  // namespace myna::kioskd
