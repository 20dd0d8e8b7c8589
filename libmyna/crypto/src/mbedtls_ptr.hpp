// SPDX-License-Identifier: Apache-2.0
// Owners of mbedTLS objects (2.28).
#pragma once

#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>
#include <mbedtls/x509_crt.h>

#include "myna/crypto/crypto.hpp"

namespace myna::mbedtls {

template <typename T, void (*Init)(T*), void (*Free)(T*)>
class Owned {
 public:
  Owned() noexcept { Init(&object_); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() { Free(&object_); }
  T* get() const noexcept { return &object_; }
  T* operator->() const noexcept { return &object_; }

 private:
  mutable T object_;   // mbedTLS takes no const anywhere
};

using Key = Owned<mbedtls_pk_context, mbedtls_pk_init, mbedtls_pk_free>;
using Certificate = Owned<mbedtls_x509_crt, mbedtls_x509_crt_init, mbedtls_x509_crt_free>;

// Exactly one certificate. JPKI's have a critical certificatePolicies, which mbedTLS does not process and would refuse. Errc::malformed.
Status parse(Certificate& certificate, ByteView der);

// For mbedTLS functions that want random numbers.
int random_bytes(void*, unsigned char* out, std::size_t size);

inline ByteView view(const mbedtls_x509_buf& buffer) { return {buffer.p, buffer.len}; }

}  // namespace myna::mbedtls
