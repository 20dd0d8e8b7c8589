// SPDX-License-Identifier: Apache-2.0
#include "myna/core/secret.hpp"

#include <cstring>

namespace myna {

void wipe(void* memory, std::size_t size) noexcept {
  if (size != 0) explicit_bzero(memory, size);
}

bool equal_constant_time(ByteView a, ByteView b) noexcept {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned>(a[i] ^ b[i]);
  return difference == 0;
}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this != &other) {
    clear();
    bytes_ = std::move(other.bytes_);
    other.bytes_.clear();
  }
  return *this;
}

void SecretBytes::append(ByteView more) {
  if (bytes_.size() + more.size() > bytes_.capacity()) {
    Bytes larger;
    larger.reserve(2 * (bytes_.size() + more.size()));
    larger.assign(bytes_.begin(), bytes_.end());
    bytes_.swap(larger);
    wipe(larger.data(), larger.size());
  }
  myna::append(bytes_, more);
}

void SecretBytes::truncate(std::size_t size) noexcept {
  if (size >= bytes_.size()) return;
  wipe(bytes_.data() + size, bytes_.size() - size);
  bytes_.resize(size);
}

void SecretBytes::clear() noexcept {
  wipe(bytes_.data(), bytes_.size());
  bytes_.clear();
}

}  // namespace myna
