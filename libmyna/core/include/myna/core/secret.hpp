// SPDX-License-Identifier: Apache-2.0
// Bytes that must not outlive their use: wiped at the end and on move, never copied, never printed.
#pragma once

#include <array>
#include <cstddef>

#include "myna/core/bytes.hpp"

namespace myna {

// Overwrites memory in a way the compiler may not remove.
void wipe(void* memory, std::size_t size) noexcept;

// Compares without a data-dependent branch. Lengths are not secret.
bool equal_constant_time(ByteView a, ByteView b) noexcept;

// Up to N bytes inside the object.
template <std::size_t N>
class Secret {
 public:
  Secret() = default;
  // Bytes beyond N are not taken: callers check the length first.
  explicit Secret(ByteView bytes) { assign(bytes); }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept { take(other); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) take(other);
    return *this;
  }
  ~Secret() { clear(); }

  ByteView view() const noexcept { return {bytes_.data(), size_}; }
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

  bool push_back(Byte b) noexcept {
    if (size_ == N) return false;
    bytes_[size_++] = b;
    return true;
  }

  void clear() noexcept {
    wipe(bytes_.data(), N);
    size_ = 0;
  }

 private:
  void assign(ByteView bytes) noexcept {
    clear();
    for (Byte b : bytes) push_back(b);
  }
  void take(Secret& other) noexcept {
    assign(other.view());
    other.clear();
  }

  std::array<Byte, N> bytes_{};
  std::size_t size_ = 0;
};

// Any number of bytes on the heap. Growing copies and wipes the old place.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(ByteView bytes) : bytes_(bytes.begin(), bytes.end()) {}
  explicit SecretBytes(Bytes&& bytes) noexcept : bytes_(std::move(bytes)) {}
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  ~SecretBytes() { clear(); }

  ByteView view() const noexcept { return bytes_; }
  std::size_t size() const noexcept { return bytes_.size(); }
  bool empty() const noexcept { return bytes_.empty(); }

  void append(ByteView more);
  void truncate(std::size_t size) noexcept;
  void clear() noexcept;

 private:
  Bytes bytes_;
};

}  // namespace myna
