// SPDX-License-Identifier: Apache-2.0
// The signer half of CMS. OpenSSL builds the structure with the public key of the certificate alone (CMS_PARTIAL), and
// the value that the card made is put in afterwards; so no private key and no callback is needed.
#include <algorithm>

#include "cms_signature.hpp"
#include "myna/crypto/openssl_owners.hpp"
#include "report/der_object.hpp"

namespace myna {

struct CmsSignature::State {
  openssl::Cms cms;
  CMS_SignerInfo* signer = nullptr;   // inside cms
  Bytes signer_certificate;
  Digest digest{};
};

namespace {

using namespace openssl;


const EVP_MD* md_of(Digest digest) { return EVP_get_digestbyname(std::string(digest_name(digest)).c_str()); }

Bytes attribute_der(const X509_ATTRIBUTE* attribute) {
  unsigned char* encoded = nullptr;
  const int length = i2d_X509_ATTRIBUTE(attribute, &encoded);
  return der_of(encoded, length);
}

// What is signed is the DER of the attributes as an explicit SET OF, sorted (RFC 5652, 5.4).
Bytes signed_attributes_der(const CMS_SignerInfo* signer) {
  std::vector<Bytes> attributes;
  for (int i = 0; i < CMS_signed_get_attr_count(signer); ++i) {
    attributes.push_back(attribute_der(CMS_signed_get_attr(signer, i)));
  }
  std::ranges::sort(attributes);
  Bytes content;
  for (const Bytes& attribute : attributes) append(content, attribute);
  return der_object(der_tag::kSetOf, content);
}

bool add_signing_time(CMS_SignerInfo* signer, std::chrono::sys_seconds time) {
  const Time signing_time(ASN1_TIME_set(nullptr, time.time_since_epoch().count()));
  return signing_time && CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_signingTime, signing_time->type, signing_time.get(), -1) == 1;
}

bool add_attributes(CMS_SignerInfo* signer, ByteView content_hash) {
  return CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_contentType, V_ASN1_OBJECT, OBJ_nid2obj(NID_pkcs7_data), -1) == 1 &&
         CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING, content_hash.data(),
                                     static_cast<int>(content_hash.size())) == 1;
}

// What is stamped is the signature value (RFC 3161, appendix A).
Status add_stamp(CMS_SignerInfo* signer, ByteView signature, TimeStamper& stamper) {
  MYNA_TRY(const Bytes token, stamper.token(hash(Digest::sha256, signature)));
  const int added =
      CMS_unsigned_add1_attr_by_NID(signer, NID_id_smime_aa_timeStampToken, V_ASN1_SEQUENCE, token.data(), static_cast<int>(token.size()));
  return added == 1 ? Status{} : Status{fail(Errc::crypto_failed)};
}

// CMS_CADES adds signing-certificate-v2 with the same digest.
constexpr unsigned kSignerFlags = CMS_PARTIAL | CMS_CADES | CMS_BINARY | CMS_DETACHED | CMS_NOSMIMECAP;

Result<Cms> empty_signed_data() {
  Cms cms(CMS_sign(nullptr, nullptr, nullptr, nullptr, CMS_PARTIAL | CMS_DETACHED | CMS_BINARY));
  if (!cms) return fail(Errc::crypto_failed);
  return cms;
}

}  // namespace

CmsSignature::CmsSignature(std::unique_ptr<State> state) : state_(std::move(state)) {}
CmsSignature::CmsSignature(CmsSignature&&) noexcept = default;
CmsSignature& CmsSignature::operator=(CmsSignature&&) noexcept = default;
CmsSignature::~CmsSignature() = default;

Result<CmsSignature> CmsSignature::prepare(const CmsRequest& request) {
  const ErrorScope errors;
  if (request.content_hash.size() != digest_bytes(request.digest)) return fail(Errc::invalid_argument);
  MYNA_TRY(const Certificate signer, certificate_from(request.signer));
  MYNA_TRY(const Certificate issuer, certificate_from(request.issuer));
  MYNA_TRY(Cms cms, empty_signed_data());
  const Key public_key(X509_get_pubkey(signer.get()));
  CMS_SignerInfo* info = CMS_add1_signer(cms.get(), signer.get(), public_key.get(), md_of(request.digest), kSignerFlags);
  const bool built = info != nullptr && CMS_add1_cert(cms.get(), issuer.get()) == 1 &&
                     add_attributes(info, request.content_hash) &&
                     (!request.with_signing_time || add_signing_time(info, request.signing_time));
  if (!built) return fail(Errc::crypto_failed);
  auto state = std::make_unique<State>();
  state->cms = std::move(cms);
  state->signer = info;
  state->signer_certificate.assign(request.signer.begin(), request.signer.end());
  state->digest = request.digest;
  return CmsSignature(std::move(state));
}

Result<Bytes> CmsSignature::digest_info() const {
  return myna::digest_info(state_->digest, hash(state_->digest, signed_attributes_der(state_->signer)));
}

Result<Bytes> CmsSignature::finish(ByteView signature, TimeStamper* stamper) {
  const ErrorScope errors;
  MYNA_TRY(const auto key, certificate_public_key(state_->signer_certificate));
  MYNA_TRY(const Bytes signed_bytes, digest_info());
  MYNA_CHECK(key->verify_pkcs1(signed_bytes, signature));
  ASN1_OCTET_STRING* value = CMS_SignerInfo_get0_signature(state_->signer);
  if (ASN1_STRING_set(value, signature.data(), static_cast<int>(signature.size())) != 1) return fail(Errc::crypto_failed);
  if (stamper != nullptr) MYNA_CHECK(add_stamp(state_->signer, signature, *stamper));
  unsigned char* encoded = nullptr;
  const int length = i2d_CMS_ContentInfo(state_->cms.get(), &encoded);
  if (length <= 0) return fail(Errc::crypto_failed);
  return der_of(encoded, length);
}

}  // namespace myna
