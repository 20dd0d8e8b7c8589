// SPDX-License-Identifier: Apache-2.0
#include "certificate_extensions.hpp"

#include <algorithm>
#include <array>

#include "myna/crypto/openssl_owners.hpp"

namespace myna::openssl {
namespace {

using KeyId = Owner<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using AuthorityKeyId = Owner<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;
using ExtendedUsage = Owner<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using Policies = Owner<CERTIFICATEPOLICIES, CERTIFICATEPOLICIES_free>;
using AltNames = Owner<GENERAL_NAMES, GENERAL_NAMES_free>;
using CrlPoints = Owner<CRL_DIST_POINTS, CRL_DIST_POINTS_free>;
using InfoAccess = Owner<AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free>;
using Constraints = Owner<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;

template <typename Kind>
Kind extension(const X509* certificate, int nid) {
  using T = typename Kind::element_type;
  return Kind(static_cast<T*>(X509_get_ext_d2i(certificate, nid, nullptr, nullptr)));
}

struct UsageRow {
  std::uint32_t bit;
  std::string_view name;   // RFC 5280, 4.2.1.3
};
constexpr std::array kUsages{
    UsageRow{KU_DIGITAL_SIGNATURE, "digitalSignature"}, UsageRow{KU_NON_REPUDIATION, "nonRepudiation"},
    UsageRow{KU_KEY_ENCIPHERMENT, "keyEncipherment"},   UsageRow{KU_DATA_ENCIPHERMENT, "dataEncipherment"},
    UsageRow{KU_KEY_AGREEMENT, "keyAgreement"},         UsageRow{KU_KEY_CERT_SIGN, "keyCertSign"},
    UsageRow{KU_CRL_SIGN, "cRLSign"},                   UsageRow{KU_ENCIPHER_ONLY, "encipherOnly"},
    UsageRow{KU_DECIPHER_ONLY, "decipherOnly"},
};

Bytes bytes_of(const ASN1_STRING* text) {
  if (text == nullptr) return {};
  return {ASN1_STRING_get0_data(text), ASN1_STRING_get0_data(text) + ASN1_STRING_length(text)};
}

std::string utf8_of(const ASN1_STRING* text) {
  unsigned char* buffer = nullptr;
  const int length = ASN1_STRING_to_UTF8(&buffer, text);
  if (length < 0) return {};
  return std::string(as_text(der_of(buffer, length)));
}

std::string dotted(const ASN1_OBJECT* object) {
  std::array<char, 128> text{};
  OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1);
  return text.data();
}

std::string short_name(const ASN1_OBJECT* object) {
  const int nid = OBJ_obj2nid(object);
  return nid == NID_undef ? dotted(object) : OBJ_nid2sn(nid);
}

std::string text_of(const GENERAL_NAME* name) {
  if (name->type == GEN_DIRNAME) return name_of(name->d.directoryName).text;
  if (name->type == GEN_URI) return utf8_of(name->d.uniformResourceIdentifier);
  return {};
}

void read_usages(X509* certificate, CertificateFields& fields) {
  const std::uint32_t usage = X509_get_key_usage(certificate);
  const bool present = (X509_get_extension_flags(certificate) & EXFLAG_KUSAGE) != 0;
  for (const UsageRow& row : kUsages) {
    if (present && (usage & row.bit) != 0) fields.key_usage.emplace_back(row.name);
  }
  const auto extended = extension<ExtendedUsage>(certificate, NID_ext_key_usage);
  for (int i = 0; extended && i < sk_ASN1_OBJECT_num(extended.get()); ++i) {
    fields.extended_key_usage.push_back(short_name(sk_ASN1_OBJECT_value(extended.get(), i)));
  }
}

void read_cps(const POLICYINFO* policy, CertificateFields& fields) {
  for (int i = 0; policy->qualifiers != nullptr && i < sk_POLICYQUALINFO_num(policy->qualifiers); ++i) {
    const POLICYQUALINFO* qualifier = sk_POLICYQUALINFO_value(policy->qualifiers, i);
    if (OBJ_obj2nid(qualifier->pqualid) == NID_id_qt_cps) fields.cps_uris.push_back(utf8_of(qualifier->d.cpsuri));
  }
}

void read_policies(X509* certificate, CertificateFields& fields) {
  const auto policies = extension<Policies>(certificate, NID_certificate_policies);
  for (int i = 0; policies && i < sk_POLICYINFO_num(policies.get()); ++i) {
    const POLICYINFO* policy = sk_POLICYINFO_value(policies.get(), i);
    fields.policies.push_back(dotted(policy->policyid));
    read_cps(policy, fields);
  }
}

void read_other_names(X509* certificate, CertificateFields& fields) {
  const auto names = extension<AltNames>(certificate, NID_subject_alt_name);
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_OTHERNAME || name->d.otherName->value->type != V_ASN1_UTF8STRING) continue;
    fields.other_names.push_back({dotted(name->d.otherName->type_id), utf8_of(name->d.otherName->value->value.utf8string)});
  }
}

void read_crl_points(X509* certificate, CertificateFields& fields) {
  const auto points = extension<CrlPoints>(certificate, NID_crl_distribution_points);
  for (int i = 0; points && i < sk_DIST_POINT_num(points.get()); ++i) {
    const DIST_POINT* point = sk_DIST_POINT_value(points.get(), i);
    if (point->distpoint == nullptr || point->distpoint->type != 0) continue;
    for (int j = 0; j < sk_GENERAL_NAME_num(point->distpoint->name.fullname); ++j) {
      fields.crl_points.push_back(text_of(sk_GENERAL_NAME_value(point->distpoint->name.fullname, j)));
    }
  }
}

void read_ocsp(X509* certificate, CertificateFields& fields) {
  const auto access = extension<InfoAccess>(certificate, NID_info_access);
  for (int i = 0; access && i < sk_ACCESS_DESCRIPTION_num(access.get()); ++i) {
    const ACCESS_DESCRIPTION* entry = sk_ACCESS_DESCRIPTION_value(access.get(), i);
    if (OBJ_obj2nid(entry->method) == NID_ad_OCSP) fields.ocsp_uris.push_back(text_of(entry->location));
  }
}

void read_key_ids(X509* certificate, CertificateFields& fields) {
  fields.subject_key_id = bytes_of(extension<KeyId>(certificate, NID_subject_key_identifier).get());
  const auto authority = extension<AuthorityKeyId>(certificate, NID_authority_key_identifier);
  if (authority) fields.authority_key_id = bytes_of(authority->keyid);
}

}  // namespace

Name name_of(const X509_NAME* name) {
  Name result;
  for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
    const std::string value = utf8_of(X509_NAME_ENTRY_get_data(entry));
    const ASN1_OBJECT* type = X509_NAME_ENTRY_get_object(entry);
    result.text += (i == 0 ? "" : ", ") + short_name(type) + '=' + value;
    if (OBJ_obj2nid(type) == NID_commonName) result.common_name = value;
  }
  unsigned char* buffer = nullptr;
  const int length = i2d_X509_NAME(name, &buffer);
  result.der = der_of(buffer, length);
  return result;
}

void read_extensions(X509* certificate, CertificateFields& fields) {
  read_usages(certificate, fields);
  read_policies(certificate, fields);
  read_other_names(certificate, fields);
  read_crl_points(certificate, fields);
  read_ocsp(certificate, fields);
  read_key_ids(certificate, fields);
  const auto constraints = extension<Constraints>(certificate, NID_basic_constraints);
  fields.is_ca = constraints && constraints->ca != 0;
}

}  // namespace myna::openssl
