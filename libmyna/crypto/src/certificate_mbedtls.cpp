// SPDX-License-Identifier: Apache-2.0
// X.509 fields by mbedTLS's own parser. What only explains a certificate to people (other names, policies, revocation points, key
// identifiers) is left empty here: the module that uses this backend does not show it.
#include <mbedtls/oid.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "mbedtls_ptr.hpp"
#include "myna/core/dates.hpp"

namespace myna {
namespace {

using mbedtls::Certificate;
using mbedtls::view;

Bytes bytes_of(ByteView bytes) { return Bytes(bytes.begin(), bytes.end()); }

int accept_extension(void*, const mbedtls_x509_crt*, const mbedtls_x509_buf*, int, const unsigned char*, const unsigned char*) { return 0; }

Result<std::chrono::sys_seconds> seconds_of(const mbedtls_x509_time& time) {
  const auto number = [](int value) { return static_cast<unsigned>(value); };
  const auto seconds = utc_of({time.year, number(time.mon), number(time.day), number(time.hour), number(time.min), number(time.sec)});
  if (!seconds) return fail(Errc::malformed);
  return *seconds;
}

Bytes serial_of(ByteView serial) {
  while (serial.size() > 1 && serial.front() == 0) serial = serial.subspan(1);
  return bytes_of(serial);
}

std::string common_name(const mbedtls_x509_name* name) {
  for (; name != nullptr; name = name->next) {
    if (MBEDTLS_OID_CMP(MBEDTLS_OID_AT_CN, &name->oid) == 0) return std::string(as_text(view(name->val)));
  }
  return {};
}

Name name_of(const mbedtls_x509_name& name, const mbedtls_x509_buf& raw) {
  std::array<char, 1024> text{};
  const int length = mbedtls_x509_dn_gets(text.data(), text.size(), &name);
  return {.text = length > 0 ? std::string(text.data(), static_cast<std::size_t>(length)) : std::string{}, .der = bytes_of(view(raw)),
          .common_name = common_name(&name)};
}

struct UsageRow {
  unsigned bit;
  const char* name;
};
constexpr std::array kUsages{
    UsageRow{MBEDTLS_X509_KU_DIGITAL_SIGNATURE, "digitalSignature"}, UsageRow{MBEDTLS_X509_KU_NON_REPUDIATION, "nonRepudiation"},
    UsageRow{MBEDTLS_X509_KU_KEY_CERT_SIGN, "keyCertSign"}, UsageRow{MBEDTLS_X509_KU_CRL_SIGN, "cRLSign"}};

}  // namespace

Status mbedtls::parse(Certificate& certificate, ByteView der) {
  const int error = mbedtls_x509_crt_parse_der_with_ext_cb(certificate.get(), der.data(), der.size(), 1, accept_extension, nullptr);
  return error == 0 && certificate->raw.len == der.size() ? Status{} : Status{fail(Errc::malformed)};
}

Result<CertificateFields> parse_certificate(ByteView der) {
  Certificate certificate;
  MYNA_CHECK(mbedtls::parse(certificate, der));
  CertificateFields fields;
  fields.version = certificate->version;
  fields.serial = serial_of(view(certificate->serial));
  fields.subject = name_of(certificate->subject, certificate->subject_raw);
  fields.issuer = name_of(certificate->issuer, certificate->issuer_raw);
  MYNA_TRY(fields.not_before, seconds_of(certificate->valid_from));
  MYNA_TRY(fields.not_after, seconds_of(certificate->valid_to));
  fields.key_type = mbedtls_pk_get_type(&certificate->pk) == MBEDTLS_PK_RSA ? "RSA" : "EC";
  fields.key_bits = mbedtls_pk_get_bitlen(&certificate->pk);
  for (const UsageRow& row : kUsages) {
    if ((certificate->key_usage & row.bit) != 0) fields.key_usage.emplace_back(row.name);
  }
  fields.is_ca = certificate->ca_istrue != 0;
  fields.sha256_fingerprint = hash(Digest::sha256, der);
  return fields;
}

Result<bool> is_issued_by(ByteView certificate_der, ByteView issuer_der) {
  Certificate certificate;
  Certificate issuer;
  MYNA_CHECK(mbedtls::parse(certificate, certificate_der));
  MYNA_CHECK(mbedtls::parse(issuer, issuer_der));
  if (!equal(view(certificate->issuer_raw), view(issuer->subject_raw))) return false;
  const mbedtls_md_info_t* digest = mbedtls_md_info_from_type(certificate->sig_md);
  if (digest == nullptr) return false;
  Bytes value(mbedtls_md_get_size(digest));
  if (mbedtls_md(digest, certificate->tbs.p, certificate->tbs.len, value.data()) != 0) return false;
  return mbedtls_pk_verify_ext(certificate->sig_pk, certificate->sig_opts, &issuer->pk, certificate->sig_md, value.data(), value.size(),
                               certificate->sig.p, certificate->sig.len) == 0;
}

}  // namespace myna
