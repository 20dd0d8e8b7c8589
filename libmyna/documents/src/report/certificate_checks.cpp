// SPDX-License-Identifier: Apache-2.0
// The checks of a signer that are the same for every format.
#include "checks.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace myna {
namespace {

using namespace openssl;

using Number = Owner<BIGNUM, BN_free>;

constexpr int kMinRsaBits = 2048, kMaxRsaBits = 8192, kMaxRsaExponentBits = 32, kMinSecurityBits = 112;
constexpr BN_ULONG kMinExponent = 65537;

constexpr Text kWeakKey{"the key is too weak", "鍵が弱すぎます"};
constexpr Text kOddKey{"the key has an unusual size or exponent", "鍵の長さまたは指数が異常です"};

SignatureCheck judge_rsa(const EVP_PKEY* key) {
  constexpr std::string_view kCode = "signature";
  BIGNUM* read = nullptr;
  EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &read);
  const Number exponent(read);
  const Number least(BN_new());
  BN_set_word(least.get(), kMinExponent);
  const int bits = EVP_PKEY_get_bits(key);
  if (!exponent || bits > kMaxRsaBits || BN_num_bits(exponent.get()) > kMaxRsaExponentBits || BN_is_odd(exponent.get()) == 0) {
    return bad(kCode, kOddKey);
  }
  return bits < kMinRsaBits || BN_cmp(exponent.get(), least.get()) < 0 ? bad(kCode, kWeakKey) : good(kCode);
}

// A trusted time stamp proves that the signature was there by then: the dates are judged at the earliest one's time unless another was
// asked for.
std::chrono::sys_seconds time_to_judge(const SignerReport& report, const VerifyOptions& options) {
  if (options.at) return *options.at;
  auto at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  for (const Stamp& stamp : report.stamps) {
    if (stamp.check.result == CheckResult::good) at = std::min(at, *stamp.time);
  }
  return at;
}

struct PolicyRow {
  std::string_view oid;
  bool test;
};
// docs/card/certificates.md; the phone policy is reported and not verified.
constexpr std::array kPolicies{
    PolicyRow{.oid = "1.2.392.200149.8.5.1.1.20", .test = false}, PolicyRow{.oid = "1.2.392.200149.8.5.1.3.30", .test = false},
    PolicyRow{.oid = "1.2.392.200149.8.5.1.1.40", .test = false}, PolicyRow{.oid = "1.2.392.200149.8.5.1.0.20", .test = true},
    PolicyRow{.oid = "1.2.392.200149.8.5.1.0.30", .test = true},
};

bool lists(const std::vector<std::string>& list, std::string_view item) { return std::ranges::find(list, item) != list.end(); }

}  // namespace

bool SignerReport::good() const noexcept {
  return std::ranges::none_of(checks, [](const SignatureCheck& check) { return check.result == CheckResult::bad; });
}

std::optional<Digest> allowed_digest(int nid) {
  switch (nid) {
    case NID_sha256: return Digest::sha256;
    case NID_sha384: return Digest::sha384;
    case NID_sha512: return Digest::sha512;
    default: return std::nullopt;
  }
}

SignatureCheck check_key(X509* certificate) {
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  if (key == nullptr) return bad("signature", kOddKey);
  const int kind = EVP_PKEY_get_base_id(key);
  if (kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS) return judge_rsa(key);
  return EVP_PKEY_get_security_bits(key) < kMinSecurityBits ? bad("signature", kWeakKey) : good("signature");
}

SignatureCheck check_key_usage(const CertificateFields& fields) {
  constexpr std::string_view kCode = "key-usage";
  if (fields.is_ca) return bad(kCode, {"the signer is a certification authority", "認証局の証明書による署名です"});
  const bool allowed = fields.key_usage.empty() || lists(fields.key_usage, "digitalSignature") || lists(fields.key_usage, "nonRepudiation");
  return allowed ? good(kCode) : bad(kCode, {"the key is not meant for signatures", "署名用の鍵ではありません"});
}

SignatureCheck check_policy(const CertificateFields& fields, bool pinned_chain) {
  constexpr std::string_view kCode = "policy";
  const auto known = std::ranges::find_if(kPolicies, [&fields](const PolicyRow& row) { return lists(fields.policies, row.oid); });
  if (known == kPolicies.end()) {
    if (pinned_chain) return bad(kCode, {"not a policy of JPKI", "公的個人認証のポリシーではありません"});
    return not_checked(kCode, {"the issuer is none of JPKI's", "公的個人認証以外の発行者です"});
  }
  if (known->test && pinned_chain) return bad(kCode, {"a test policy", "テスト用のポリシーです"});
  if (known->test) return not_checked(kCode, {"TEST certificate: it proves nothing about anybody", "テスト用の証明書です（本人の証明にはなりません）"});
  return good(kCode);
}

void add_certificate_checks(SignerReport& report, const SignerView& signer, const VerifyOptions& options) {
  const auto at = time_to_judge(report, options);
  const ChainResult chain = check_chain(signer, options);
  report.checks.push_back(chain.check);
  report.checks.push_back(check_validity(chain, at));
  if (signer.certificate != nullptr) {
    if (auto fields = parse_certificate(der_of_certificate(signer.certificate))) report.signer = *std::move(fields);
  }
  if (report.signer) {
    report.checks.push_back(check_key_usage(*report.signer));
    report.checks.push_back(check_policy(*report.signer, chain.pinned));
  }
  report.checks.push_back(check_revocation(chain, options, at));
  for (const Stamp& stamp : report.stamps) report.checks.push_back(stamp.check);
}

}  // namespace myna
