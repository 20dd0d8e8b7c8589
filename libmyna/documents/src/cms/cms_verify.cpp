// SPDX-License-Identifier: Apache-2.0
#include "cms_verify.hpp"
#include "report/der_object.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include "cms_checks.hpp"
#include "myna/core/tlv.hpp"
#include "myna/documents/timestamp.hpp"
#include "myna/crypto/openssl_owners.hpp"

namespace myna {
namespace {

using namespace openssl;

constexpr std::string_view kForm = "form";
constexpr std::size_t kStart = 32;
constexpr std::array kDigests{Digest::sha256, Digest::sha384, Digest::sha512};

std::optional<std::chrono::sys_seconds> claimed_time(CMS_SignerInfo* info) {
  const int at = CMS_signed_get_attr_by_NID(info, NID_pkcs9_signingTime, -1);
  X509_ATTRIBUTE* attribute = at < 0 ? nullptr : CMS_signed_get_attr(info, at);
  const ASN1_TYPE* value = attribute == nullptr ? nullptr : X509_ATTRIBUTE_get0_type(attribute, 0);
  const bool is_time = value != nullptr && (value->type == V_ASN1_UTCTIME || value->type == V_ASN1_GENERALIZEDTIME);
  return is_time ? time_of_asn1(value->value.asn1_string) : std::nullopt;
}

constexpr int kMaxStamps = 16;   // of one signer

// Every token over this signer's value (id-aa-timeStampToken, RFC 3161 appendix A).
std::vector<Stamp> stamps_of(CMS_SignerInfo* info, const VerifyOptions& options) {
  const ASN1_OCTET_STRING* value = CMS_SignerInfo_get0_signature(info);
  const ByteView stamped(ASN1_STRING_get0_data(value), static_cast<std::size_t>(ASN1_STRING_length(value)));
  std::vector<Stamp> stamps;
  for (int at = -1; (at = CMS_unsigned_get_attr_by_NID(info, NID_id_smime_aa_timeStampToken, at)) >= 0;) {
    X509_ATTRIBUTE* attribute = CMS_unsigned_get_attr(info, at);
    for (int i = 0; i < X509_ATTRIBUTE_count(attribute) && stamps.size() < kMaxStamps; ++i) {
      const auto* token = static_cast<const ASN1_STRING*>(X509_ATTRIBUTE_get0_data(attribute, i, V_ASN1_SEQUENCE, nullptr));
      const ByteView der =
          token == nullptr ? ByteView{} : ByteView(ASN1_STRING_get0_data(token), static_cast<std::size_t>(ASN1_STRING_length(token)));
      stamps.push_back(verify_timestamp(der, stamped, options));
    }
  }
  return stamps;
}

SignerReport report_on(const CmsSigner& signer, const VerifyOptions& options) {
  if (signer.certificate != nullptr) CMS_SignerInfo_set1_signer_cert(signer.info, signer.certificate);
  SignerReport report{.signer = {}, .claimed_time = claimed_time(signer.info), .stamps = stamps_of(signer.info, options), .checks = {}};
  report.checks = {check_content(signer), check_signature(signer), check_signing_certificate(signer)};
  add_certificate_checks(report, signer.view(), options);
  return report;
}

Result<Cms> parse_signed_data(ByteView der) {
  const Bio bio(BIO_new_mem_buf(der.data(), static_cast<int>(der.size())));
  Cms cms(d2i_CMS_bio(bio.get(), nullptr));
  if (!cms || OBJ_obj2nid(CMS_get0_type(cms.get())) != NID_pkcs7_signed) return fail(Errc::malformed);
  return cms;
}

// The same signature by the same signer: one of them says nothing, and looks like a second person's.
bool is_repeated(STACK_OF(CMS_SignerInfo)* signers, int index) {
  const ASN1_OCTET_STRING* value = CMS_SignerInfo_get0_signature(sk_CMS_SignerInfo_value(signers, index));
  for (int i = 0; i < sk_CMS_SignerInfo_num(signers); ++i) {
    if (i != index && ASN1_STRING_cmp(value, CMS_SignerInfo_get0_signature(sk_CMS_SignerInfo_value(signers, i))) == 0) return true;
  }
  return false;
}

using AnyType = Owner<ASN1_SEQUENCE_ANY, [](ASN1_SEQUENCE_ANY* all) { sk_ASN1_TYPE_pop_free(all, ASN1_TYPE_free); }>;
using Algorithm = Owner<X509_ALGOR, X509_ALGOR_free>;

// digestAlgorithms has the digest of the signer: other programs prepare no other (RFC 5652, 5.3), and OpenSSL does not show this list.
bool names_digest(ByteView signed_data, Digest digest) {
  const unsigned char *at = signed_data.data(), *end = at + signed_data.size();
  for (const bool skipped : {false, true, false, false, true}) {   // ContentInfo, its type, [0], SignedData, its version
    long length = 0;
    int tag = 0, kind = 0;
    if ((ASN1_get_object(&at, &length, &tag, &kind, end - at) & 0x80) != 0) return false;
    if (skipped) at += length;
  }
  const AnyType named(d2i_ASN1_SET_ANY(nullptr, &at, end - at));
  for (int i = 0; i < sk_ASN1_TYPE_num(named.get()); ++i) {
    const ASN1_TYPE* one = sk_ASN1_TYPE_value(named.get(), i);
    if (one->type != V_ASN1_SEQUENCE) continue;
    const unsigned char* from = ASN1_STRING_get0_data(one->value.sequence);
    const Algorithm algorithm(d2i_X509_ALGOR(nullptr, &from, ASN1_STRING_length(one->value.sequence)));
    if (algorithm && allowed_digest(OBJ_obj2nid(algorithm->algorithm)) == digest) return true;
  }
  return false;
}

SignerReport no_signer() {
  return {.signer = {}, .claimed_time = {}, .stamps = {},
          .checks = {bad("signature", {"there is no signer: the signature was taken out", "署名者情報がありません（署名が取り除かれています）"})}};
}

}  // namespace

ContentHashes::ContentHashes() {
  for (const Digest digest : kDigests) hashers_[digest] = make_hasher(digest);
}

void ContentHashes::update(ByteView piece) {
  if (start_.size() < kStart) append(start_, piece.first(std::min(piece.size(), kStart - start_.size())));
  size_ += piece.size();
  for (const auto& [digest, hasher] : hashers_) hasher->update(piece);
}

void ContentHashes::finish() {
  for (const auto& [digest, hasher] : hashers_) values_[digest] = hasher->finish();
}

bool ContentHashes::looks_like_attributes() const {
  const auto total = tlv_total_length(start_);
  const auto inside = open_truncated(start_);
  const auto first = inside ? open_truncated(*inside) : inside;
  return total && first && start_.front() == der_tag::kSetOf && *total == size_ && inside->front() == der_tag::kSequence &&
         !first->empty() && first->front() == der_tag::kObjectId;
}

ByteView ContentHashes::of(Digest digest) const {
  const auto found = values_.find(digest);
  return found == values_.end() ? ByteView{} : ByteView(found->second);
}

Result<std::vector<SignerReport>> verify_cms(ByteView detached, const ContentHashes& content, const VerifyOptions& options) {
  const ErrorScope errors;
  MYNA_TRY(const Cms cms, parse_signed_data(detached));
  STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(cms.get());
  const Certificates certificates(CMS_get1_certs(cms.get()));
  std::vector<SignerReport> reports;
  for (int i = 0; i < sk_CMS_SignerInfo_num(signers); ++i) {
    CMS_SignerInfo* info = sk_CMS_SignerInfo_value(signers, i);
    const auto digest = signer_digest(info);
    const CmsSigner view{.info = info, .certificate = signer_certificate(info, certificates.get()), .others = certificates.get(),
                         .content_hash = digest ? content.of(*digest) : ByteView{}, .digest = digest,
                         .content_type = CMS_get0_eContentType(cms.get()),
                         .may_be_attributes = content.looks_like_attributes()};
    reports.push_back(report_on(view, options));
    auto& checks = reports.back().checks;
    if (is_repeated(signers, i)) checks.insert(checks.begin(), bad(kForm, {"a signature is there twice", "同じ署名が重複しています"}));
    if (digest && !names_digest(detached, *digest)) {
      checks.insert(checks.begin(),
                    bad(kForm, {"the digest of the signer is not in the list of digests", "署名者のダイジェストが一覧にありません"}));
    }
  }
  if (reports.empty()) reports.push_back(no_signer());
  return reports;
}

}  // namespace myna
