// SPDX-License-Identifier: Apache-2.0
// Owners of OpenSSL objects, for the libraries that are built over it, and an error queue that is left empty.
#pragma once

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <ctime>
#include <memory>
#include <optional>

#include "myna/core/bytes.hpp"
#include "myna/core/result.hpp"

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

using Certificate = Owner<X509, X509_free>;
using Key = Owner<EVP_PKEY, EVP_PKEY_free>;
using KeyContext = Owner<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContext = Owner<EVP_MD_CTX, EVP_MD_CTX_free>;
using Bio = Owner<BIO, BIO_free_all>;
using Cms = Owner<CMS_ContentInfo, CMS_ContentInfo_free>;
using Time = Owner<ASN1_TIME, ASN1_TIME_free>;

// Nothing of a failure stays in OpenSSL's queue of this thread.
class ErrorScope {
 public:
  ErrorScope() = default;
  ErrorScope(const ErrorScope&) = delete;
  ErrorScope& operator=(const ErrorScope&) = delete;
  ~ErrorScope() { ERR_clear_error(); }
};

// Takes over the buffer of an i2d call.
inline Bytes der_of(unsigned char* buffer, int length) {
  Bytes der(buffer, buffer + (length > 0 ? length : 0));
  OPENSSL_free(buffer);
  return der;
}

// UTCTime and GeneralizedTime alike.
inline std::optional<std::chrono::sys_seconds> time_of_asn1(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::seconds(timegm(&parts)));
}

inline Result<Certificate> certificate_from(ByteView der) {
  const unsigned char* at = der.data();
  Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!certificate || at != der.data() + der.size()) return fail(Errc::malformed);
  return certificate;
}

}  // namespace myna::openssl
