// SPDX-License-Identifier: Apache-2.0
// Owners of OpenSSL objects, and certificates from DER.
#pragma once

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include <memory>

#include "myna/result.hpp"
#include "myna/bytes.hpp"

namespace myna::openssl {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
template <typename T, auto Free>
using Owner = std::unique_ptr<T, Deleter<Free>>;

using Cms = Owner<CMS_ContentInfo, CMS_ContentInfo_free>;
using Certificate = Owner<X509, X509_free>;
using Key = Owner<EVP_PKEY, EVP_PKEY_free>;
using Bio = Owner<BIO, BIO_free_all>;
using Time = Owner<ASN1_TIME, ASN1_TIME_free>;

// Nothing of a failure stays in OpenSSL's queue of this thread.
class ErrorScope {
 public:
  ErrorScope() = default;
  ErrorScope(const ErrorScope&) = delete;
  ErrorScope& operator=(const ErrorScope&) = delete;
  ~ErrorScope() { ERR_clear_error(); }
};

inline Result<Certificate> certificate_from(ByteView der) {
  const unsigned char* at = der.data();
  Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!certificate || at != der.data() + der.size()) return fail(Errc::malformed);
  return certificate;
}

inline Bytes der_of(unsigned char* encoded, int length) {
  Bytes der(encoded, encoded + (length > 0 ? length : 0));
  OPENSSL_free(encoded);
  return der;
}

}  // namespace myna::openssl
