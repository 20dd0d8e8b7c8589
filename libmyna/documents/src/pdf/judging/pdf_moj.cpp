// SPDX-License-Identifier: Apache-2.0
#include "pdf_moj.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "report/checks.hpp"
#include "myna/crypto/openssl_owners.hpp"

namespace myna::pdf {
namespace {

using namespace openssl;

SignatureCheck judged(std::string_view code, bool holds, Text reason) { return holds ? good(code) : bad(code, reason); }

// D:YYYYMMDDHHmmSS and a zone: Z, or +HH'mm' with or without the last mark (ISO 32000-1, 7.9.4).
bool is_full_date(const std::string& text) {
  constexpr std::string_view kDateForm = "D:00000000000000";
  const auto fits = [](std::string_view value, std::string_view form) {
    return value.size() == form.size() && std::equal(value.begin(), value.end(), form.begin(), [](char c, char f) {
      if (f == '0') return std::isdigit(static_cast<unsigned char>(c)) != 0;
      return f == '+' ? c == '+' || c == '-' : c == f;
    });
  };
  const std::string_view date = std::string_view(text).substr(0, kDateForm.size());
  const std::string_view zone = text.size() > kDateForm.size() ? std::string_view(text).substr(kDateForm.size()) : std::string_view{};
  return fits(date, kDateForm) && (zone == "Z" || zone == "Z00'00'" || fits(zone, "+00'00'") || fits(zone, "+00'00"));
}

bool ends_with_eof(const RandomAccess& bytes, std::uint64_t end) {
  constexpr std::string_view kEnd = "%%EOF";
  const std::uint64_t count = std::min<std::uint64_t>(end, kEnd.size() + 2);
  const auto tail = bytes.piece(end - count, count);
  if (!tail) return false;
  std::string_view text = as_text(*tail);
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return text.ends_with(kEnd);
}

// The one signer of a SignedData, with what the rules ask of it.
struct Signer {
  Cms cms;
  CMS_SignerInfo* info = nullptr;
  bool has_certificate = false;
};

Signer signer_of(ByteView cms) {
  Signer signer;
  const unsigned char* at = cms.data();
  signer.cms.reset(cms.empty() ? nullptr : d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(cms.size())));
  if (!signer.cms || OBJ_obj2nid(CMS_get0_type(signer.cms.get())) != NID_pkcs7_signed) return signer;
  STACK_OF(CMS_SignerInfo)* infos = CMS_get0_SignerInfos(signer.cms.get());
  if (sk_CMS_SignerInfo_num(infos) != 1) return signer;
  signer.info = sk_CMS_SignerInfo_value(infos, 0);
  const Certificates certificates(CMS_get1_certs(signer.cms.get()));
  for (int i = 0; i < sk_X509_num(certificates.get()); ++i) {
    signer.has_certificate = signer.has_certificate || CMS_SignerInfo_cert_cmp(signer.info, sk_X509_value(certificates.get(), i)) == 0;
  }
  return signer;
}

bool has_attributes(const Signer& signer) {
  return signer.info != nullptr && CMS_signed_get_attr_by_NID(signer.info, NID_pkcs9_contentType, -1) >= 0 &&
         CMS_signed_get_attr_by_NID(signer.info, NID_pkcs9_messageDigest, -1) >= 0;
}

bool digest_fits(const Signer& signer, const MojInput& input) {
  if (signer.info == nullptr || !input.range) return false;
  const auto* stated = static_cast<const ASN1_OCTET_STRING*>(
      CMS_signed_get0_data_by_OBJ(signer.info, OBJ_nid2obj(NID_pkcs9_messageDigest), -3, V_ASN1_OCTET_STRING));
  const auto hasher = make_hasher(Digest::sha256);
  const Status read = stream_signed(input.bytes, *input.range, [&hasher](ByteView piece) {
    hasher->update(piece);
    return Status{};
  });
  return stated != nullptr && read &&
         equal(hasher->finish(), {ASN1_STRING_get0_data(stated), static_cast<std::size_t>(ASN1_STRING_length(stated))});
}

bool algorithms_fit(const Signer& signer) {
  if (signer.info == nullptr) return false;
  X509_ALGOR *digest = nullptr, *signature = nullptr;
  CMS_SignerInfo_get0_algs(signer.info, nullptr, nullptr, &digest, &signature);
  const int value = OBJ_obj2nid(signature->algorithm);
  return OBJ_obj2nid(digest->algorithm) == NID_sha256 && (value == NID_sha256WithRSAEncryption || value == NID_rsaEncryption);
}

}  // namespace

std::vector<SignatureCheck> moj_checks(const MojInput& input) {
  const ErrorScope errors;
  const Signer signer = signer_of(input.cms);
  const bool covers =
      input.range && (input.range->end == input.bytes.size() || (!input.widest && ends_with_eof(input.bytes, input.range->end)));
  return {
      judged("moj-c1", name_of(input.signature, "/Type") == "/Sig", {"/Type is not /Sig", "/Typeが/Sigではありません"}),
      judged("moj-c2", name_of(input.signature, "/SubFilter") == "/adbe.pkcs7.detached",
             {"/SubFilter is not /adbe.pkcs7.detached", "/SubFilterが/adbe.pkcs7.detachedではありません"}),
      judged("moj-c3", !text_of(input.signature, "/Name").empty(), {"/Name is missing or empty", "/Name（署名者名）がないか空です"}),
      judged("moj-c4", is_full_date(text_of(input.signature, "/M")),
             {"/M is not a date with a time and a zone", "/M（署名日時）が時差付きの日時ではありません"}),
      judged("moj-c5", covers,
             {"/ByteRange does not cover everything but /Contents, up to the end of its revision",
              "/ByteRangeが/Contents以外の全体（その版の末尾まで）をカバーしていません"}),
      judged("moj-c6", !input.cms.empty(), {"/Contents is no signature padded with zeros", "/Contentsが0で埋めた署名データではありません"}),
      judged("moj-c7", signer.has_certificate && has_attributes(signer),
             {"the signer's certificate, contentType or messageDigest is missing",
              "署名者の証明書、contentType、messageDigestのいずれかがありません"}),
      judged("moj-c8", digest_fits(signer, input),
             {"messageDigest is not the SHA-256 of the signed range", "messageDigestが署名範囲のSHA-256と一致しません"}),
      judged("moj-c9", algorithms_fit(signer), {"not SHA-256 with RSA (PKCS #1 v1.5)", "SHA-256とRSA（PKCS #1 v1.5）ではありません"}),
  };
}

}  // namespace myna::pdf
