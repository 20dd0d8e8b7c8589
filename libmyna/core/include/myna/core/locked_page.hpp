// SPDX-License-Identifier: Apache-2.0
// A page of memory for one secret: locked (never swapped), left out of core dumps, wiped in child processes and at the end.
#pragma once

#include "myna/core/bytes.hpp"
#include "myna/core/result.hpp"

namespace myna {

class LockedPage {
 public:
  // At most 4096 bytes. Errors: invalid_argument (longer), storage_failed (no memory can be locked: see RLIMIT_MEMLOCK).
  static Result<LockedPage> holding(ByteView secret);
  LockedPage(LockedPage&& other) noexcept;
  LockedPage& operator=(LockedPage&& other) noexcept;
  LockedPage(const LockedPage&) = delete;
  LockedPage& operator=(const LockedPage&) = delete;
  ~LockedPage();

  ByteView view() const noexcept { return {page_, size_}; }

 private:
  LockedPage(Byte* page, std::size_t size) noexcept : page_(page), size_(size) {}
  void release() noexcept;
  Byte* page_;
  std::size_t size_;
};

}  // namespace myna
