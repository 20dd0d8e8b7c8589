// SPDX-License-Identifier: Apache-2.0
// The whole C++ heap of this program is wiped as it is freed: what the JSON library, a string or a vector copies does not outlive its owner. What a person
// typed and what a card said passes through types that are not ours; this way none of them has to be trusted to wipe.
#include <malloc.h>

#include <cstdlib>
#include <new>

#include "myna/secret.hpp"

namespace {

void* take(std::size_t size) {
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

void* take(std::size_t size, std::align_val_t alignment) {
  const auto unit = static_cast<std::size_t>(alignment);
  if (void* memory = std::aligned_alloc(unit, (size + unit - 1) / unit * unit)) return memory;
  throw std::bad_alloc();
}

void give(void* memory) noexcept {
  if (memory == nullptr) return;
  myna::wipe(memory, ::malloc_usable_size(memory));
  std::free(memory);
}

}  // namespace

// The nothrow and array forms of libstdc++ end in these.
void* operator new(std::size_t size) { return take(size); }
void* operator new(std::size_t size, std::align_val_t alignment) { return take(size, alignment); }
void operator delete(void* memory) noexcept { give(memory); }
void operator delete(void* memory, std::size_t) noexcept { give(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { give(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { give(memory); }
