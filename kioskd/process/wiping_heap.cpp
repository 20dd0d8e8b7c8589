// SPDX-License-Identifier: Apache-2.0
// The whole heap of this program is wiped as it is freed, that of every library in it too: what the JSON library, OpenSSL or a string
// copies does not outlive its owner. What a person typed and what a card said passes through types that are not ours; this way none of them
// has to be trusted to wipe.
#include <malloc.h>

#include <algorithm>
#include <cstring>

#include "myna/core/secret.hpp"

// A sanitizer has a heap of its own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

extern "C" {

// What glibc names its own, for those who replace the public names ("Replacing malloc" in its manual).
void __libc_free(void* memory);

void free(void* memory) noexcept {
  if (memory == nullptr) return;
  myna::wipe(memory, ::malloc_usable_size(memory));
  __libc_free(memory);
}

// Never in place: growing would leave nothing to wipe, moving would leave the old place as it was.
void* realloc(void* memory, std::size_t size) noexcept {
  if (memory == nullptr) return ::malloc(size);
  void* fresh = size == 0 ? nullptr : ::malloc(size);
  if (size != 0 && fresh == nullptr) return nullptr;
  if (fresh != nullptr) std::memcpy(fresh, memory, std::min(size, ::malloc_usable_size(memory)));
  ::free(memory);
  return fresh;
}

}  // extern "C"

#endif
