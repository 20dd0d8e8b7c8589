// SPDX-License-Identifier: Apache-2.0
// X.509 fields by OpenSSL's own parser.
#include <openssl/pem.h>

#include "certificate_extensions.hpp"
#include "myna/crypto/crypto.hpp"
#include "myna/crypto/openssl_owners.hpp"

namespace myna {
namespace {

using namespace openssl;

// No extension twice (RFC 5280, 4.2: each reader would take another), and around the part that is signed no byte that DER has not.
bool is_written_once(const X509* certificate, ByteView der) {
  for (int i = 0; i < X509_get_ext_count(certificate); ++i) {
    if (X509_get_ext_by_OBJ(certificate, X509_EXTENSION_get_object(X509_get_ext(certificate, i)), i) >= 0) return false;
  }
  unsigned char* again = nullptr;
  const int length = i2d_X509(certificate, &again);
  return equal(der_of(again, length), der);
}

Result<std::chrono::sys_seconds> seconds_of(const ASN1_TIME* time) {
  const auto seconds = time_of_asn1(time);
  if (!seconds) return fail(Errc::malformed);
  return *seconds;
}

Bytes serial_of(const X509* certificate) {
  const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate);
  return {ASN1_STRING_get0_data(serial), ASN1_STRING_get0_data(serial) + ASN1_STRING_length(serial)};
}

void read_key(X509* certificate, CertificateFields& fields) {
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  if (key == nullptr) return;
  fields.key_type = EVP_PKEY_get0_type_name(key);
  fields.key_bits = static_cast<std::size_t>(EVP_PKEY_get_bits(key));
}

}  // namespace

Result<CertificateFields> parse_certificate(ByteView der) {
  const ErrorScope errors;
  MYNA_TRY(const Certificate certificate, certificate_from(der));
  if (!is_written_once(certificate.get(), der)) return fail(Errc::malformed);
  CertificateFields fields;
  MYNA_TRY(fields.not_before, seconds_of(X509_get0_notBefore(certificate.get())));
  MYNA_TRY(fields.not_after, seconds_of(X509_get0_notAfter(certificate.get())));
  fields.version = static_cast<int>(X509_get_version(certificate.get())) + 1;
  fields.serial = serial_of(certificate.get());
  fields.subject = name_of(X509_get_subject_name(certificate.get()));
  fields.issuer = name_of(X509_get_issuer_name(certificate.get()));
  fields.signature_algorithm = OBJ_nid2ln(X509_get_signature_nid(certificate.get()));
  fields.sha256_fingerprint = hash(Digest::sha256, der);
  read_key(certificate.get(), fields);
  read_extensions(certificate.get(), fields);
  return fields;
}

Result<bool> is_issued_by(ByteView certificate_der, ByteView issuer_der) {
  const ErrorScope errors;
  MYNA_TRY(const Certificate certificate, certificate_from(certificate_der));
  MYNA_TRY(const Certificate issuer, certificate_from(issuer_der));
  EVP_PKEY* key = X509_get0_pubkey(issuer.get());
  return key != nullptr && X509_check_issued(issuer.get(), certificate.get()) == X509_V_OK &&
         X509_verify(certificate.get(), key) == 1;
}

}  // namespace myna
