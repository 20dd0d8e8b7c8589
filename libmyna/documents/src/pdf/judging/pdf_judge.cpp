// SPDX-License-Identifier: Apache-2.0
#include "pdf_judge.hpp"

#include <openssl/ts.h>

#include <algorithm>
#include <cstdio>

#include "myna/core/dates.hpp"
#include "myna/crypto/openssl_owners.hpp"
#include "cms/cms_verify.hpp"
#include "report/checks.hpp"

namespace myna::pdf {
namespace {

using namespace openssl;

using TimeStampInfo = Owner<TS_TST_INFO, TS_TST_INFO_free>;

constexpr std::string_view kContents = "contents", kTimeStamp = "document-timestamp";
constexpr std::size_t kMaxInfo = 1 << 16;
constexpr Text kNoToken{"this is no time-stamp token", "タイムスタンプトークンではありません"};
constexpr Text kNoCms{"/Contents holds no CMS signature", "/ContentsがCMS署名ではありません"};

Result<CmsReader> read_cms(ByteView cms, const ByteSink& content) {
  MYNA_TRY(const ByteSource source, memory_input(cms)->open());
  return CmsReader::read(source, content);
}

ContentHashes hashes_of(ByteView content) {
  ContentHashes hashes;
  hashes.update(content);
  hashes.finish();
  return hashes;
}

Result<ContentHashes> hashes_of(const FoundSignature& found, const RandomAccess& bytes) {
  ContentHashes hashes;
  MYNA_CHECK(stream_signed(bytes, *found.range.range, [&hashes](ByteView piece) {
    hashes.update(piece);
    return Status{};
  }));
  hashes.finish();
  return hashes;
}

SignerReport the_one_signer(ByteView detached, const ContentHashes& hashes, const VerifyOptions& options) {
  const auto reports = verify_cms(detached, hashes, options);
  if (!reports) return only(bad(kContents, kNoCms));
  if (reports->size() == 1) return reports->front();
  return only(bad(kContents, {"more than one signer in one signature", "1つの署名に複数の署名者がいます"}));
}

// D:YYYYMMDDHHmmSS+HH'mm' of /M, for signatures whose CMS has no time (ISO 32000-1, 7.9.4).
std::optional<std::chrono::sys_seconds> stated_time(QPDFObjectHandle signature) {
  using namespace std::chrono;
  const std::string text = text_of(signature, "/M");
  CivilTime t;
  unsigned zone_h = 0, zone_m = 0;
  char sign = 'Z';
  if (std::sscanf(text.c_str(), "D:%4d%2u%2u%2u%2u%2u%c%2u'%2u", &t.year, &t.month, &t.day, &t.hour, &t.minute, &t.second, &sign, &zone_h,
                  &zone_m) < 6) {
    return std::nullopt;
  }
  const auto time = utc_of(t);
  if (!time || zone_h > 23 || zone_m > 59) return std::nullopt;
  const seconds zone = hours(zone_h) + minutes(zone_m);
  return *time - (sign == '+' ? zone : sign == '-' ? -zone : seconds(0));
}

SignerReport judge_cms(const FoundSignature& found, const RandomAccess& bytes, const VerifyOptions& options) {
  const auto reader = read_cms(found.contents.cms, [](ByteView) { return Status{}; });
  if (!reader) return only(bad(kContents, kNoCms));
  if (reader->attached()) return only(bad(kContents, {"the CMS signature holds a content of its own", "CMS署名が別の内容を含んでいます"}));
  const auto hashes = hashes_of(found, bytes);
  if (!hashes) return only(bad(kContents, {"the file cannot be read", "ファイルを読み取れません"}));
  SignerReport report = the_one_signer(reader->detached(), *hashes, options);
  if (!report.claimed_time) report.claimed_time = stated_time(found.value);
  return report;
}

std::optional<Digest> digest_of(const X509_ALGOR* algorithm) {
  switch (OBJ_obj2nid(algorithm->algorithm)) {
    case NID_sha256: return Digest::sha256;
    case NID_sha384: return Digest::sha384;
    case NID_sha512: return Digest::sha512;
    default: return std::nullopt;
  }
}

SignatureCheck check_imprint(TS_TST_INFO* info, const ContentHashes& hashes) {
  TS_MSG_IMPRINT* imprint = TS_TST_INFO_get_msg_imprint(info);
  const auto digest = digest_of(TS_MSG_IMPRINT_get_algo(imprint));
  const ASN1_OCTET_STRING* stamped = TS_MSG_IMPRINT_get_msg(imprint);
  const bool fits =
      digest && equal({ASN1_STRING_get0_data(stamped), static_cast<std::size_t>(ASN1_STRING_length(stamped))}, hashes.of(*digest));
  return fits ? good(kTimeStamp) : bad(kTimeStamp, {"the time stamp is over something else", "タイムスタンプの対象が異なります"});
}

bool names_time_stamp(ByteView cms) {
  const unsigned char* at = cms.data();
  const Cms parsed(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(cms.size())));
  return parsed && OBJ_obj2nid(CMS_get0_eContentType(parsed.get())) == NID_id_smime_ct_TSTInfo;
}

// The content of the CMS is a TSTInfo, whose imprint is of the signed range (RFC 3161, 2.4.2).
SignerReport judge_time_stamp(const FoundSignature& found, const RandomAccess& bytes, const VerifyOptions& options) {
  Bytes content;
  const auto reader = read_cms(found.contents.cms, [&content](ByteView piece) -> Status {
    append(content, piece);
    return content.size() <= kMaxInfo ? Status{} : Status{fail(Errc::malformed)};
  });
  const unsigned char* at = content.data();
  const TimeStampInfo info(reader ? d2i_TS_TST_INFO(nullptr, &at, static_cast<long>(content.size())) : nullptr);
  const auto hashes = hashes_of(found, bytes);
  if (!info || at != content.data() + content.size() || !hashes) return only(bad(kTimeStamp, kNoToken));
  if (!names_time_stamp(reader->detached())) return only(bad(kTimeStamp, kNoToken));
  SignerReport report = the_one_signer(reader->detached(), hashes_of(content), options);
  report.claimed_time = time_of_asn1(TS_TST_INFO_get_time(info.get()));
  report.checks.push_back(check_imprint(info.get(), *hashes));
  const bool for_stamps =
      report.signer && std::ranges::find(report.signer->extended_key_usage, "timeStamping") != report.signer->extended_key_usage.end();
  if (!for_stamps) report.checks.push_back(bad(kTimeStamp, {"the signer is no time-stamp authority", "署名者がタイムスタンプ局ではありません"}));
  return report;
}

struct KindRow {
  std::string_view sub_filter;
  SignerReport (*judge)(const FoundSignature&, const RandomAccess&, const VerifyOptions&);
};
constexpr std::array kKinds{
    KindRow{"/adbe.pkcs7.detached", judge_cms},
    KindRow{"/ETSI.CAdES.detached", judge_cms},
    KindRow{"/ETSI.RFC3161", judge_time_stamp},
};

}  // namespace

SignerReport only(SignatureCheck check) { return {.signer = {}, .claimed_time = {}, .checks = {check}}; }

SignerReport judge_signature(const FoundSignature& found, const RandomAccess& bytes, const VerifyOptions& options) {
  const ErrorScope errors;
  const auto kind = std::ranges::find(kKinds, std::string_view(name_of(found.value, "/SubFilter")), &KindRow::sub_filter);
  if (kind != kKinds.end()) return kind->judge(found, bytes, options);
  return only(bad(kContents, {"a kind of signature that is not accepted (/SubFilter unknown, or built on SHA-1)",
                              "受け入れられない種類の署名です（/SubFilterが未知か、SHA-1に基づく形式）"}));
}

}  // namespace myna::pdf
