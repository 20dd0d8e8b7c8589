// SPDX-License-Identifier: Apache-2.0
#include "myna/cms_verify.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include "cms_checks.hpp"
#include "openssl_cms.hpp"

namespace myna {
namespace {

using namespace openssl;

constexpr std::array kDigests{Digest::sha256, Digest::sha384, Digest::sha512};

std::optional<Digest> digest_of(CMS_SignerInfo* info) {
  X509_ALGOR* algorithm = nullptr;
  CMS_SignerInfo_get0_algs(info, nullptr, nullptr, &algorithm, nullptr);
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  switch (OBJ_obj2nid(object)) {
    case NID_sha256: return Digest::sha256;
    case NID_sha384: return Digest::sha384;
    case NID_sha512: return Digest::sha512;
    default: return std::nullopt;
  }
}

std::optional<std::chrono::sys_seconds> claimed_time(CMS_SignerInfo* info) {
  const int at = CMS_signed_get_attr_by_NID(info, NID_pkcs9_signingTime, -1);
  X509_ATTRIBUTE* attribute = at < 0 ? nullptr : CMS_signed_get_attr(info, at);
  const ASN1_TYPE* value = attribute == nullptr ? nullptr : X509_ATTRIBUTE_get0_type(attribute, 0);
  std::tm parts{};
  const bool is_time = value != nullptr && (value->type == V_ASN1_UTCTIME || value->type == V_ASN1_GENERALIZEDTIME);
  if (!is_time || ASN1_TIME_to_tm(value->value.asn1_string, &parts) != 1) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::seconds(timegm(&parts)));
}

X509* certificate_of(CMS_SignerInfo* info, STACK_OF(X509)* certificates) {
  for (int i = 0; i < sk_X509_num(certificates); ++i) {
    X509* candidate = sk_X509_value(certificates, i);
    if (CMS_SignerInfo_cert_cmp(info, candidate) == 0) return candidate;
  }
  return nullptr;
}

SignerReport report_on(SignerView signer, const VerifyOptions& options, std::chrono::sys_seconds at) {
  if (signer.certificate != nullptr) CMS_SignerInfo_set1_signer_cert(signer.info, signer.certificate);
  SignerReport report{.signer = {}, .claimed_time = claimed_time(signer.info), .checks = {}};
  report.checks = {check_content(signer), check_signature(signer), check_signing_certificate(signer)};
  const ChainResult chain = check_chain(signer, options);
  report.checks.push_back(chain.check);
  report.checks.push_back(check_validity(chain, at));
  if (signer.certificate != nullptr) {
    unsigned char* buffer = nullptr;
    const int length = i2d_X509(signer.certificate, &buffer);
    if (auto fields = parse_certificate(der_of(buffer, length))) report.signer = *std::move(fields);
  }
  if (report.signer) {
    report.checks.push_back(check_key_usage(*report.signer));
    report.checks.push_back(check_policy(*report.signer, chain.pinned));
  }
  report.checks.push_back(check_revocation(chain, options, at));
  return report;
}

Result<Cms> parse_signed_data(ByteView der) {
  const Bio bio(BIO_new_mem_buf(der.data(), static_cast<int>(der.size())));
  Cms cms(d2i_CMS_bio(bio.get(), nullptr));
  if (!cms || OBJ_obj2nid(CMS_get0_type(cms.get())) != NID_pkcs7_signed) return fail(Errc::malformed);
  return cms;
}

SignerReport no_signer() {
  return {.signer = {}, .claimed_time = {},
          .checks = {bad("signature", {"there is no signer: the signature was taken out", "署名者情報がありません（署名が取り除かれています）"})}};
}

}  // namespace

bool SignerReport::good() const noexcept {
  return std::ranges::none_of(checks, [](const Check& check) { return check.result == CheckResult::bad; });
}

ContentHashes::ContentHashes() {
  for (const Digest digest : kDigests) hashers_[digest] = make_hasher(digest);
}

void ContentHashes::update(ByteView piece) {
  for (const auto& [digest, hasher] : hashers_) hasher->update(piece);
}

void ContentHashes::finish() {
  for (const auto& [digest, hasher] : hashers_) values_[digest] = hasher->finish();
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
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  std::vector<SignerReport> reports;
  for (int i = 0; i < sk_CMS_SignerInfo_num(signers); ++i) {
    CMS_SignerInfo* info = sk_CMS_SignerInfo_value(signers, i);
    const auto digest = digest_of(info);
    const SignerView view{.info = info, .certificate = certificate_of(info, certificates.get()), .others = certificates.get(),
                          .content_hash = digest ? content.of(*digest) : ByteView{}, .digest = digest};
    reports.push_back(report_on(view, options, options.at.value_or(now)));
  }
  if (reports.empty()) reports.push_back(no_signer());
  return reports;
}

}  // namespace myna
