// SPDX-License-Identifier: Apache-2.0
#include "time_stamp_check.hpp"

#include <openssl/ts.h>

#include <ctime>

#include "cms_checks.hpp"

namespace myna {
namespace {

using namespace openssl;

using Token = Owner<PKCS7, PKCS7_free>;
using TokenInfo = Owner<TS_TST_INFO, TS_TST_INFO_free>;
using VerifyContext = Owner<TS_VERIFY_CTX, TS_VERIFY_CTX_free>;

constexpr std::string_view kCode = "timestamp";
constexpr Text kNoToken{"what stands for a time stamp is none", "タイムスタンプトークンではありません"};
constexpr Text kWeak{"the time stamp's digest is too weak", "タイムスタンプのダイジェストが弱すぎます"};
constexpr Text kOther{"the time stamp is over something else", "タイムスタンプの対象が異なります"};
constexpr Text kBroken{"the time stamp's own signature is wrong", "タイムスタンプ自体の署名が正しくありません"};
constexpr Text kUntrusted{"the time stamp's authority is not trusted (give its CA with --trust)", "時刻認証局が信頼されていません（--trust で指定）"};

bool is_strong(int nid) { return nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512; }

std::optional<std::chrono::sys_seconds> time_of(const TS_TST_INFO* info) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(TS_TST_INFO_get_time(info), &parts) != 1) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::seconds(timegm(&parts)));
}

// Trust anchors judged at the time of the stamp.
X509_STORE* store_at(const VerifyOptions& options, std::chrono::sys_seconds at) {
  X509_STORE* store = X509_STORE_new();
  for (const Bytes& der : options.trust_anchors) {
    if (const auto anchor = certificate_from(der)) X509_STORE_add_cert(store, anchor->get());
  }
  X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), at.time_since_epoch().count());
  return store;
}

bool verified(PKCS7* token, int flags, ByteView stamped, X509_STORE* store) {
  const VerifyContext context(TS_VERIFY_CTX_new());
  BIO* data = BIO_new_mem_buf(stamped.data(), static_cast<int>(stamped.size()));
  TS_VERIFY_CTX_set_flags(context.get(), flags);
  TS_VERIFY_CTX_set_data(context.get(), data);        // both belong to the context now
  TS_VERIFY_CTX_set_store(context.get(), store);
  return TS_RESP_verify_token(context.get(), token) == 1;
}

}  // namespace

TimeStampOutcome check_time_stamp(ByteView token, ByteView stamped, const VerifyOptions& options) {
  const ErrorScope errors;
  const unsigned char* from = token.data();
  const Token parsed(d2i_PKCS7(nullptr, &from, static_cast<long>(token.size())));
  const TokenInfo info(parsed ? PKCS7_to_TS_TST_INFO(parsed.get()) : nullptr);
  const auto time = info ? time_of(info.get()) : std::nullopt;
  if (!time) return {bad(kCode, kNoToken), {}};
  const X509_ALGOR* algorithm = TS_MSG_IMPRINT_get_algo(TS_TST_INFO_get_msg_imprint(info.get()));
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  if (!is_strong(OBJ_obj2nid(object))) return {bad(kCode, kWeak), {}};
  if (!verified(parsed.get(), TS_VFY_VERSION | TS_VFY_DATA, stamped, nullptr)) return {bad(kCode, kOther), {}};
  if (verified(parsed.get(), TS_VFY_VERSION | TS_VFY_DATA | TS_VFY_SIGNATURE, stamped, store_at(options, *time))) return {good(kCode), time};
  const Bio content(BIO_new(BIO_s_null()));
  const bool intact = PKCS7_verify(parsed.get(), nullptr, nullptr, nullptr, content.get(), PKCS7_NOVERIFY) == 1;
  return {intact ? not_checked(kCode, kUntrusted) : bad(kCode, kBroken), {}};
}

}  // namespace myna
