// SPDX-License-Identifier: Apache-2.0
#include "cms_checks.hpp"

#include <openssl/core_names.h>
#include <openssl/ess.h>

#include <algorithm>
#include <array>

#include "myna/core/tlv.hpp"
#include "report/der_object.hpp"

namespace myna {
namespace {

using namespace openssl;

using SigningCertificate = Owner<ESS_SIGNING_CERT, ESS_SIGNING_CERT_free>;
using SigningCertificateV2 = Owner<ESS_SIGNING_CERT_V2, ESS_SIGNING_CERT_V2_free>;

constexpr Text kNoCertificate{"the signer's certificate is not in the signature", "署名者の証明書が含まれていません"};
constexpr Text kConfused{"the content is the signed attributes of another signature", "内容が別の署名の属性です（署名の流用）"};
constexpr Text kWeak{"the digest is not SHA-256, SHA-384 or SHA-512", "ダイジェストがSHA-256/384/512ではありません"};

ByteView bytes_of(const ASN1_STRING* text) {
  return {ASN1_STRING_get0_data(text), static_cast<std::size_t>(ASN1_STRING_length(text))};
}

const ASN1_OCTET_STRING* message_digest(CMS_SignerInfo* info) {
  return static_cast<const ASN1_OCTET_STRING*>(
      CMS_signed_get0_data_by_OBJ(info, OBJ_nid2obj(NID_pkcs9_messageDigest), -3, V_ASN1_OCTET_STRING));
}

// One attribute several times, or one with several values: no two readers take the same.
bool is_doubled(CMS_SignerInfo* info, int nid) {
  const int first = CMS_signed_get_attr_by_NID(info, nid, -1);
  return first >= 0 && (CMS_signed_get_attr_by_NID(info, nid, first) >= 0 || X509_ATTRIBUTE_count(CMS_signed_get_attr(info, first)) != 1);
}

bool signs_content_directly(CMS_SignerInfo* info) { return CMS_signed_get_attr_count(info) <= 0; }

// RFC 5652, 11.1: without it a signature could be carried over to content of another kind.
bool names_content_type(const CmsSigner& signer) {
  const auto* named =
      static_cast<const ASN1_OBJECT*>(CMS_signed_get0_data_by_OBJ(signer.info, OBJ_nid2obj(NID_pkcs9_contentType), -3, V_ASN1_OBJECT));
  return named != nullptr && signer.content_type != nullptr && OBJ_cmp(named, signer.content_type) == 0;
}

const ASN1_STRING* attribute(CMS_SignerInfo* info, int nid) {
  return static_cast<const ASN1_STRING*>(CMS_signed_get0_data_by_OBJ(info, OBJ_nid2obj(nid), -3, V_ASN1_SEQUENCE));
}

// The first identifier of the list names the signer, the others its chain (RFC 5035, 4); this is the same attribute with that one alone.
// Empty: damaged, or there is none.
Bytes signers_own(const ASN1_STRING* list) {
  if (list == nullptr) return {};
  const auto identifiers = find_path(bytes_of(list), {der_tag::kSequence, der_tag::kSequence});
  if (!identifiers) return {};
  ByteReader rest(identifiers->value);
  const auto first = next_tlv(rest);
  return first ? der_object(der_tag::kSequence, der_object(der_tag::kSequence, first->whole)) : Bytes{};
}

// Without signed attributes the value is made over the content's digest itself (RFC 5652, 5.4).
bool verify_direct(const CmsSigner& signer) {
  const Owner<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new(X509_get0_pubkey(signer.certificate), nullptr));
  const EVP_MD* md = EVP_get_digestbyname(std::string(digest_name(*signer.digest)).c_str());
  const ByteView value = bytes_of(CMS_SignerInfo_get0_signature(signer.info));
  return context && EVP_PKEY_verify_init(context.get()) > 0 && EVP_PKEY_CTX_set_signature_md(context.get(), md) > 0 &&
         EVP_PKEY_verify(context.get(), value.data(), value.size(), signer.content_hash.data(), signer.content_hash.size()) == 1;
}

}  // namespace

std::optional<Digest> signer_digest(CMS_SignerInfo* info) {
  X509_ALGOR* algorithm = nullptr;
  CMS_SignerInfo_get0_algs(info, nullptr, nullptr, &algorithm, nullptr);
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  return allowed_digest(OBJ_obj2nid(object));
}

X509* signer_certificate(CMS_SignerInfo* info, STACK_OF(X509)* certificates) {
  for (int i = 0; i < sk_X509_num(certificates); ++i) {
    X509* candidate = sk_X509_value(certificates, i);
    if (CMS_SignerInfo_cert_cmp(info, candidate) == 0) return candidate;
  }
  return nullptr;
}

SignatureCheck check_content(const CmsSigner& signer) {
  constexpr std::string_view kCode = "content";
  if (!signer.digest) return bad(kCode, kWeak);
  if (signs_content_directly(signer.info) && signer.may_be_attributes) return bad(kCode, kConfused);
  if (signs_content_directly(signer.info)) return not_checked(kCode, {"covered by the signature itself", "署名値が直接カバーしています"});
  const ASN1_OCTET_STRING* signed_digest = message_digest(signer.info);
  if (!names_content_type(signer)) return bad(kCode, {"the signature is for content of another kind", "署名の対象とする内容の種類が異なります"});
  if (signed_digest != nullptr && equal(bytes_of(signed_digest), signer.content_hash)) return good(kCode);
  return bad(kCode, {"the content is not what was signed", "内容が署名時と異なります"});
}

SignatureCheck check_signature(const CmsSigner& signer) {
  constexpr std::string_view kCode = "signature";
  const ErrorScope errors;
  if (signer.certificate == nullptr) return bad(kCode, kNoCertificate);
  if (!signer.digest) return bad(kCode, kWeak);
  if (const SignatureCheck usable = check_key(signer.certificate); usable.result == CheckResult::bad) return usable;
  const bool fits = signs_content_directly(signer.info) ? verify_direct(signer) : CMS_SignerInfo_verify(signer.info) == 1;
  if (fits) return good(kCode);
  return bad(kCode, {"the signature does not fit the certificate", "署名値が証明書と一致しません"});
}

SignatureCheck check_signing_certificate(const CmsSigner& signer) {
  constexpr std::string_view kCode = "signing-certificate";
  const ErrorScope errors;
  const ASN1_STRING* v1 = attribute(signer.info, NID_id_smime_aa_signingCertificate);
  const ASN1_STRING* v2 = attribute(signer.info, NID_id_smime_aa_signingCertificateV2);
  for (const int nid : {NID_id_smime_aa_signingCertificate, NID_id_smime_aa_signingCertificateV2, NID_pkcs9_signingTime}) {
    if (is_doubled(signer.info, nid)) return bad(kCode, {"a signed attribute is there twice", "署名属性が重複しています"});
  }
  if (v1 == nullptr && v2 == nullptr) return not_checked(kCode, {"no CAdES attribute", "CAdES属性がありません"});
  const Text other{"the signature names another certificate", "署名が指す証明書と一致しません"};
  if (signer.certificate == nullptr) return bad(kCode, kNoCertificate);
  const Bytes first1 = signers_own(v1), first2 = signers_own(v2);
  const unsigned char *at1 = first1.data(), *at2 = first2.data();
  const SigningCertificate old_form(first1.empty() ? nullptr : d2i_ESS_SIGNING_CERT(nullptr, &at1, static_cast<long>(first1.size())));
  const SigningCertificateV2 new_form(first2.empty() ? nullptr : d2i_ESS_SIGNING_CERT_V2(nullptr, &at2, static_cast<long>(first2.size())));
  if ((v1 != nullptr && !old_form) || (v2 != nullptr && !new_form)) return bad(kCode, other);
  const Certificates only(sk_X509_new_null());
  X509_up_ref(signer.certificate);
  sk_X509_push(only.get(), signer.certificate);
  const bool named = OSSL_ESS_check_signing_certs(old_form.get(), new_form.get(), only.get(), 1) > 0;
  return named ? good(kCode) : bad(kCode, other);
}

}  // namespace myna
