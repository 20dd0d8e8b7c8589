// SPDX-License-Identifier: Apache-2.0
// The path from the signer to a trust anchor, by X509_verify_cert. The issuers of JPKI share one name, so OpenSSL is left
// to find the right one by key identifier and signature.
#include <openssl/x509_vfy.h>

#include <array>

#include "checks.hpp"
#include "myna/trust/issuers.hpp"

namespace myna {
namespace {

using namespace openssl;

using Store = Owner<X509_STORE, X509_STORE_free>;
using StoreContext = Owner<X509_STORE_CTX, X509_STORE_CTX_free>;

bool is_pinned(X509* certificate) {
  return issuer_by_fingerprint(hash(Digest::sha256, der_of_certificate(certificate))) != nullptr;
}

// Given anchors, and those certificates of the signature that are a pinned generation by their fingerprint.
Store trusted(const SignerView& signer, const VerifyOptions& options) {
  Store store(X509_STORE_new());
  for (const Bytes& der : options.trust_anchors) {
    if (const auto anchor = certificate_from(der)) X509_STORE_add_cert(store.get(), anchor->get());
  }
  for (int i = 0; i < sk_X509_num(signer.others); ++i) {
    X509* candidate = sk_X509_value(signer.others, i);
    if (is_pinned(candidate)) X509_STORE_add_cert(store.get(), candidate);
  }
  return store;
}

struct ReasonRow {
  int error;
  Text text;
};
const std::array kReasons{
    ReasonRow{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, {"no trusted issuer (give one with --trust)", "信頼できる発行者が見つかりません（--trust で指定）"}},
    ReasonRow{X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, {"the issuer is not trusted (give it with --trust)", "発行者が信頼されていません（--trust で指定）"}},
    ReasonRow{X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, {"a self-signed certificate", "自己署名の証明書です"}},
    ReasonRow{X509_V_ERR_CERT_SIGNATURE_FAILURE, {"the certificate was not signed by that issuer", "証明書がその発行者の署名ではありません"}},
    ReasonRow{X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, {"no trusted issuer (give one with --trust)", "信頼できる発行者が見つかりません（--trust で指定）"}},
};

bool is_untrusted(int error) {
  return error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY || error == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN ||
         error == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT || error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE;
}

Text reason_of(int error) {
  for (const ReasonRow& row : kReasons) {
    if (row.error == error) return row.text;
  }
  return {"the certificate chain is not valid", "証明書チェーンが正しくありません"};
}

}  // namespace

Bytes der_of_certificate(X509* certificate) {
  unsigned char* buffer = nullptr;
  const int length = i2d_X509(certificate, &buffer);
  return der_of(buffer, length);
}

ChainResult check_chain(const SignerView& signer, const VerifyOptions& options) {
  constexpr std::string_view kCode = "chain";
  const ErrorScope errors;
  if (signer.certificate == nullptr) {
    return {.check = bad(kCode, {"there is no certificate to check", "検証する証明書がありません"}), .chain = nullptr};
  }
  const Store store = trusted(signer, options);
  const StoreContext context(X509_STORE_CTX_new());
  if (!store || !context || X509_STORE_CTX_init(context.get(), store.get(), signer.certificate, signer.others) != 1) {
    return {.check = bad(kCode, reason_of(0)), .chain = nullptr};
  }
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_TRUSTED_FIRST);
  X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_ANY);
  if (X509_verify_cert(context.get()) != 1) {
    const int error = X509_STORE_CTX_get_error(context.get());
    return {.check = bad(kCode, reason_of(error)), .untrusted = is_untrusted(error), .chain = nullptr};
  }
  Certificates chain(X509_STORE_CTX_get1_chain(context.get()));
  const bool pinned = is_pinned(sk_X509_value(chain.get(), sk_X509_num(chain.get()) - 1));
  return {.check = good(kCode), .pinned = pinned, .chain = std::move(chain)};
}

SignatureCheck check_validity(const ChainResult& chain, std::chrono::sys_seconds at) {
  constexpr std::string_view kCode = "validity";
  if (!chain.chain) return not_checked(kCode, {"there is no chain", "チェーンがありません"});
  for (int i = 0; i < sk_X509_num(chain.chain.get()); ++i) {
    std::time_t when = at.time_since_epoch().count();
    const X509* certificate = sk_X509_value(chain.chain.get(), i);
    if (X509_cmp_time(X509_get0_notBefore(certificate), &when) > 0) return bad(kCode, {"a certificate was not valid yet", "有効期間前の証明書です"});
    if (X509_cmp_time(X509_get0_notAfter(certificate), &when) < 0) return bad(kCode, {"a certificate had expired", "有効期限切れの証明書です"});
  }
  return good(kCode);
}

}  // namespace myna
