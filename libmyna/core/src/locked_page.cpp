// SPDX-License-Identifier: Apache-2.0
#include "myna/core/locked_page.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "myna/core/secret.hpp"

namespace myna {
namespace {
constexpr std::size_t kPage = 4096;
}

Result<LockedPage> LockedPage::holding(ByteView secret) {
  if (secret.size() > kPage) return fail(Errc::invalid_argument);
  void* page = ::mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return fail_native(Errc::storage_failed, errno);
  const bool kept = ::mlock(page, kPage) == 0 && ::madvise(page, kPage, MADV_DONTDUMP) == 0 && ::madvise(page, kPage, MADV_WIPEONFORK) == 0;
  if (!kept) {
    const int why = errno;
    ::munmap(page, kPage);
    return fail_native(Errc::storage_failed, why);
  }
  auto* bytes = static_cast<Byte*>(page);
  std::ranges::copy(secret, bytes);
  return LockedPage(bytes, secret.size());
}

LockedPage::LockedPage(LockedPage&& other) noexcept
    : page_(std::exchange(other.page_, nullptr)), size_(std::exchange(other.size_, 0)) {}

LockedPage& LockedPage::operator=(LockedPage&& other) noexcept {
  if (this == &other) return *this;
  release();
  page_ = std::exchange(other.page_, nullptr);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

LockedPage::~LockedPage() { release(); }

void LockedPage::release() noexcept {
  if (page_ == nullptr) return;
  wipe(page_, size_);
  ::munmap(page_, kPage);
  page_ = nullptr;
}

}  // namespace myna
