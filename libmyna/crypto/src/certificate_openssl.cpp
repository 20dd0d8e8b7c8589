// SPDX-License-Identifier: Apache-2.0
// X.509 fields by OpenSSL's own parser.
#include <openssl/pem.h>

#include <ctime>

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

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

Result<std::chrono::sys_seconds> seconds_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return fail(Errc::malformed);
  return std::chrono::sys_seconds(std::chrono::seconds(timegm(&parts)));
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

std::string certificate_pem(ByteView der) {
  std::string base64(4 * ((der.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), der.data(), static_cast<int>(der.size()));
  base64.resize(static_cast<std::size_t>(length));
  std::string pem = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t at = 0; at < base64.size(); at += 64) pem += base64.substr(at, 64) + '\n';
  return pem + "-----END CERTIFICATE-----\n";
}

Result<Bytes> der_from_pem(ByteView text_or_der) {
  const ErrorScope errors;
  if (as_text(text_or_der).find("-----BEGIN ") == std::string_view::npos) return Bytes(text_or_der.begin(), text_or_der.end());
  const Bio bio(BIO_new_mem_buf(text_or_der.data(), static_cast<int>(text_or_der.size())));
  char *name = nullptr, *header = nullptr;
  unsigned char* data = nullptr;
  long length = 0;
  if (PEM_read_bio(bio.get(), &name, &header, &data, &length) != 1) return fail(Errc::malformed);
  const bool plain = *header == '\0';
  OPENSSL_free(name);
  OPENSSL_free(header);
  Bytes der = der_of(data, static_cast<int>(length));
  char* rest = nullptr;
  const long left = BIO_get_mem_data(bio.get(), &rest);
  if (!plain || !is_blank({rest, static_cast<std::size_t>(left)})) return fail(Errc::malformed);
  return der;
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
