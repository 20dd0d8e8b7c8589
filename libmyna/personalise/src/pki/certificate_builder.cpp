// SPDX-License-Identifier: Apache-2.0
#include "certificate_builder.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <cstring>

#include "myna/crypto/openssl_owners.hpp"

namespace myna {
namespace {

using openssl::Owner;
using DirectoryName = Owner<X509_NAME, X509_NAME_free>;
using AlternativeNames = Owner<GENERAL_NAMES, GENERAL_NAMES_free>;

void free_points(CRL_DIST_POINTS* points) { CRL_DIST_POINTS_free(points); }

DirectoryName make_name(const DistinguishedName& dn) {
  DirectoryName name(X509_NAME_new());
  for (const Rdn& rdn : dn) {
    const int form = std::strcmp(rdn.type, "C") == 0 ? V_ASN1_PRINTABLESTRING : V_ASN1_UTF8STRING;
    const auto* value = reinterpret_cast<const unsigned char*>(rdn.value.data());
    X509_NAME_add_entry_by_txt(name.get(), rdn.type, form, value, static_cast<int>(rdn.value.size()), -1, 0);
  }
  return name;
}

GENERAL_NAME* directory(const DistinguishedName& dn) {
  GENERAL_NAME* general = GENERAL_NAME_new();
  GENERAL_NAME_set0_value(general, GEN_DIRNAME, make_name(dn).release());
  return general;
}

GENERAL_NAME* uri(const char* text) {
  ASN1_IA5STRING* value = ASN1_IA5STRING_new();
  ASN1_STRING_set(value, text, -1);
  GENERAL_NAME* general = GENERAL_NAME_new();
  GENERAL_NAME_set0_value(general, GEN_URI, value);
  return general;
}

GENERAL_NAME* other_name(const AttributeValue& attribute) {
  ASN1_UTF8STRING* text = ASN1_UTF8STRING_new();
  ASN1_STRING_set(text, attribute.value.data(), static_cast<int>(attribute.value.size()));
  ASN1_TYPE* value = ASN1_TYPE_new();
  ASN1_TYPE_set(value, V_ASN1_UTF8STRING, text);
  GENERAL_NAME* general = GENERAL_NAME_new();
  GENERAL_NAME_set0_othername(general, OBJ_txt2obj(attribute.oid, 1), value);
  return general;
}

// Four bytes and positive, as JPKI's are (docs/card/certificates.md).
bool set_random_serial(X509* certificate) {
  std::array<unsigned char, 4> bytes{};
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) return false;
  const std::uint32_t value = (std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
                               std::uint32_t{bytes[2]} << 8 | bytes[3]) & 0x7FFFFFFF;
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), value | 0x01000000) == 1;
}

}  // namespace

CertificateBuilder::CertificateBuilder(const DistinguishedName& subject, const KeyPair& key) : certificate_(X509_new()) {
  const DirectoryName name = make_name(subject);
  good_ = X509_set_version(certificate_, X509_VERSION_3) == 1 && set_random_serial(certificate_) &&
          X509_set_subject_name(certificate_, name.get()) == 1 && X509_set_pubkey(certificate_, key.key.get()) == 1;
}

CertificateBuilder::~CertificateBuilder() { X509_free(certificate_); }

void CertificateBuilder::validity(std::chrono::sys_seconds from, std::chrono::sys_seconds to) {
  good_ = good_ && ASN1_TIME_set(X509_getm_notBefore(certificate_), from.time_since_epoch().count()) != nullptr &&
          ASN1_TIME_set(X509_getm_notAfter(certificate_), to.time_since_epoch().count()) != nullptr;
}

void CertificateBuilder::add(int nid, bool critical, void* value) {
  good_ = good_ && X509_add1_ext_i2d(certificate_, nid, value, critical ? 1 : 0, X509V3_ADD_APPEND) == 1;
}

void CertificateBuilder::extension(int nid, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, certificate_, certificate_, nullptr, nullptr, 0);
  X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  good_ = good_ && made != nullptr && X509_add_ext(certificate_, made, -1) == 1;
  X509_EXTENSION_free(made);
}

void CertificateBuilder::policy(const char* oid, const char* cps_uri) {
  const Owner<CERTIFICATEPOLICIES, CERTIFICATEPOLICIES_free> policies(CERTIFICATEPOLICIES_new());
  POLICYINFO* policy = POLICYINFO_new();
  ASN1_OBJECT_free(policy->policyid);
  policy->policyid = OBJ_txt2obj(oid, 1);
  POLICYQUALINFO* qualifier = POLICYQUALINFO_new();
  qualifier->pqualid = OBJ_nid2obj(NID_id_qt_cps);
  qualifier->d.cpsuri = ASN1_IA5STRING_new();
  ASN1_STRING_set(qualifier->d.cpsuri, cps_uri, -1);
  policy->qualifiers = sk_POLICYQUALINFO_new_null();
  sk_POLICYQUALINFO_push(policy->qualifiers, qualifier);
  sk_POLICYINFO_push(policies.get(), policy);
  add(NID_certificate_policies, true, policies.get());
}

void CertificateBuilder::directory_name(int nid, const DistinguishedName& name) {
  const AlternativeNames names(GENERAL_NAMES_new());
  sk_GENERAL_NAME_push(names.get(), directory(name));
  add(nid, false, names.get());
}

void CertificateBuilder::other_names(const std::vector<AttributeValue>& attributes) {
  const AlternativeNames names(GENERAL_NAMES_new());
  for (const AttributeValue& attribute : attributes) sk_GENERAL_NAME_push(names.get(), other_name(attribute));
  add(NID_subject_alt_name, false, names.get());
}

void CertificateBuilder::crl_point(const DistinguishedName& name) {
  const Owner<CRL_DIST_POINTS, free_points> points(CRL_DIST_POINTS_new());
  DIST_POINT* point = DIST_POINT_new();
  point->distpoint = DIST_POINT_NAME_new();
  point->distpoint->type = 0;
  point->distpoint->name.fullname = GENERAL_NAMES_new();
  sk_GENERAL_NAME_push(point->distpoint->name.fullname, directory(name));
  sk_DIST_POINT_push(points.get(), point);
  add(NID_crl_distribution_points, false, points.get());
}

void CertificateBuilder::ocsp(const char* address) {
  const Owner<AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free> access(AUTHORITY_INFO_ACCESS_new());
  ACCESS_DESCRIPTION* entry = ACCESS_DESCRIPTION_new();
  ASN1_OBJECT_free(entry->method);
  entry->method = OBJ_nid2obj(NID_ad_OCSP);
  GENERAL_NAME_free(entry->location);
  entry->location = uri(address);
  sk_ACCESS_DESCRIPTION_push(access.get(), entry);
  add(NID_info_access, false, access.get());
}

void CertificateBuilder::authority_key_id(const Issuer& issuer) {
  const unsigned char* at = issuer.certificate.data();
  const Owner<X509, X509_free> ca(d2i_X509(nullptr, &at, static_cast<long>(issuer.certificate.size())));
  if (!ca) {
    good_ = false;
    return;
  }
  const Owner<AUTHORITY_KEYID, AUTHORITY_KEYID_free> id(AUTHORITY_KEYID_new());
  id->keyid = ASN1_OCTET_STRING_dup(X509_get0_subject_key_id(ca.get()));
  id->issuer = GENERAL_NAMES_new();
  sk_GENERAL_NAME_push(id->issuer, directory(issuer.name));
  id->serial = ASN1_INTEGER_dup(X509_get0_serialNumber(ca.get()));
  add(NID_authority_key_identifier, false, id.get());
}

Result<Bytes> CertificateBuilder::sign(const Issuer& issuer) {
  const DirectoryName name = make_name(issuer.name);
  good_ = good_ && X509_set_issuer_name(certificate_, name.get()) == 1 &&
          X509_sign(certificate_, issuer.key.key.get(), EVP_sha256()) > 0;
  if (!good_) return fail(Errc::crypto_failed);
  unsigned char* buffer = nullptr;
  const int length = i2d_X509(certificate_, &buffer);
  if (length <= 0) return fail(Errc::crypto_failed);
  Bytes der(buffer, buffer + length);
  OPENSSL_free(buffer);
  return der;
}

}  // namespace myna
