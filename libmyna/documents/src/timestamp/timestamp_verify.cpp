// SPDX-License-Identifier: Apache-2.0
// A time-stamp token is a CMS signature over a TSTInfo (RFC 3161, 2.4.2): the checks of CMS signers serve here too.
#include <openssl/ts.h>
#include <openssl/x509v3.h>

#include <ctime>

#include "cms/cms_checks.hpp"
#include "myna/documents/timestamp.hpp"

namespace myna {
namespace {

using namespace openssl;

using TstInfo = Owner<TS_TST_INFO, TS_TST_INFO_free>;

constexpr std::string_view kCode = "timestamp";
constexpr Text kDamaged{"the time stamp is damaged", "タイムスタンプが壊れています"};
constexpr Text kOtherImprint{"the time stamp is over something else", "タイムスタンプの対象が異なります"};
constexpr Text kWeak{"the time stamp uses a weak digest", "タイムスタンプのダイジェストが弱いものです"};
constexpr Text kForged{"the time stamp's signature does not hold", "タイムスタンプの署名が正しくありません"};
constexpr Text kPurpose{"the certificate is not for time stamps", "タイムスタンプ用の証明書ではありません"};
constexpr Text kDates{"the authority's certificate was not valid then", "その時刻に時刻認証局の証明書は有効ではありませんでした"};
constexpr Text kChain{"the authority's certificate chain is not valid", "時刻認証局の証明書チェーンが正しくありません"};
constexpr Text kUntrusted{"holds, but nobody said that this authority is trusted (--trust)", "検証できましたが、この時刻認証局は信頼先に指定されていません（--trust）"};

ByteView bytes_of(const ASN1_STRING* text) { return {ASN1_STRING_get0_data(text), static_cast<std::size_t>(ASN1_STRING_length(text))}; }

struct Token {
  Cms cms;
  TstInfo info;
  Bytes content;
  CMS_SignerInfo* signer = nullptr;
};

// One signer over one TSTInfo, and nothing around it.
Result<Token> parse_token(ByteView der) {
  Token token;
  const unsigned char* at = der.data();
  token.cms.reset(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size())));
  const bool whole = token.cms && at == der.data() + der.size();
  if (!whole || OBJ_obj2nid(CMS_get0_type(token.cms.get())) != NID_pkcs7_signed) return fail(Errc::malformed);
  if (OBJ_obj2nid(CMS_get0_eContentType(token.cms.get())) != NID_id_smime_ct_TSTInfo) return fail(Errc::malformed);
  ASN1_OCTET_STRING** content = CMS_get0_content(token.cms.get());
  STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(token.cms.get());
  if (content == nullptr || *content == nullptr || sk_CMS_SignerInfo_num(signers) != 1) return fail(Errc::malformed);
  token.signer = sk_CMS_SignerInfo_value(signers, 0);
  token.content.assign(bytes_of(*content).begin(), bytes_of(*content).end());
  const unsigned char* from = token.content.data();
  token.info.reset(d2i_TS_TST_INFO(nullptr, &from, static_cast<long>(token.content.size())));
  if (!token.info || from != token.content.data() + token.content.size()) return fail(Errc::malformed);
  return token;
}

std::optional<Digest> digest_of(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  return allowed_digest(OBJ_obj2nid(object));
}

std::optional<Text> imprint_problem(TS_TST_INFO* info, const StampedHash& hash_of) {
  TS_MSG_IMPRINT* imprint = TS_TST_INFO_get_msg_imprint(info);
  const auto digest = digest_of(TS_MSG_IMPRINT_get_algo(imprint));
  if (!digest) return kWeak;
  const Bytes expected = hash_of(*digest);
  const bool same = !expected.empty() && equal(bytes_of(TS_MSG_IMPRINT_get_msg(imprint)), expected);
  return same ? std::nullopt : std::optional(kOtherImprint);
}

bool was_valid(const X509* certificate, std::chrono::sys_seconds at) {
  std::time_t when = at.time_since_epoch().count();
  return X509_cmp_time(X509_get0_notBefore(certificate), &when) <= 0 && X509_cmp_time(X509_get0_notAfter(certificate), &when) >= 0;
}

std::optional<Text> signature_problem(const CmsSigner& signer) {
  if (signer.certificate == nullptr) return kForged;
  CMS_SignerInfo_set1_signer_cert(signer.info, signer.certificate);
  for (const SignatureCheck& check : {check_content(signer), check_signature(signer), check_signing_certificate(signer)}) {
    if (check.result != CheckResult::good) return kForged;
  }
  return X509_check_purpose(signer.certificate, X509_PURPOSE_TIMESTAMP_SIGN, 0) == 1 ? std::nullopt : std::optional(kPurpose);
}

SignatureCheck judge_chain(const CmsSigner& signer, std::chrono::sys_seconds time, const VerifyOptions& options) {
  const ChainResult chain = check_chain(signer.view(), options);
  if (chain.check.result != CheckResult::good) return chain.untrusted ? not_checked(kCode, kUntrusted) : bad(kCode, kChain);
  return check_validity(chain, time).result == CheckResult::good ? good(kCode) : bad(kCode, kDates);
}

SignatureCheck judge(const Token& token, const CmsSigner& signer, const StampedHash& hash_of, const Stamp& stamp,
                     const VerifyOptions& options) {
  if (!stamp.time) return bad(kCode, kDamaged);
  if (const auto problem = imprint_problem(token.info.get(), hash_of)) return bad(kCode, *problem);
  if (const auto problem = signature_problem(signer)) return bad(kCode, *problem);
  if (!was_valid(signer.certificate, *stamp.time)) return bad(kCode, kDates);
  return judge_chain(signer, *stamp.time, options);
}

std::string subject_of(X509* certificate) {
  if (certificate == nullptr) return {};
  const auto fields = parse_certificate(der_of_certificate(certificate));
  return fields ? fields->subject.text : std::string{};
}

}  // namespace

Stamp verify_timestamp(ByteView token, const StampedHash& hash_of, const VerifyOptions& options) {
  const ErrorScope errors;
  Stamp stamp;
  stamp.check.reason = kDamaged;
  const auto parsed = parse_token(token);
  if (!parsed) return stamp;
  const Certificates certificates(CMS_get1_certs(parsed->cms.get()));
  const auto digest = signer_digest(parsed->signer);
  const Bytes content_hash = digest ? hash(*digest, parsed->content) : Bytes{};
  const CmsSigner signer{.info = parsed->signer, .certificate = signer_certificate(parsed->signer, certificates.get()),
                         .others = certificates.get(),
                         .content_hash = content_hash, .digest = digest, .content_type = CMS_get0_eContentType(parsed->cms.get())};
  stamp.time = time_of_asn1(TS_TST_INFO_get_time(parsed->info.get()));
  stamp.authority = subject_of(signer.certificate);
  stamp.check = judge(*parsed, signer, hash_of, stamp, options);
  return stamp;
}

Stamp verify_timestamp(ByteView token, ByteView stamped, const VerifyOptions& options) {
  return verify_timestamp(token, [stamped](Digest digest) { return hash(digest, stamped); }, options);
}

}  // namespace myna
