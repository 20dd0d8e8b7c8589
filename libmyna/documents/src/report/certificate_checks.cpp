// SPDX-License-Identifier: Apache-2.0
// The checks of a signer that are the same for every format.
#include "report/checks.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <algorithm>

namespace myna {
namespace {

using namespace openssl;

using Number = Owner<BIGNUM, BN_free>;

constexpr int kMinBits = 2048, kMaxBits = 8192, kMaxExponentBits = 32, kMinSecurityBits = 112;
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
  if (!exponent || bits > kMaxBits || BN_num_bits(exponent.get()) > kMaxExponentBits || BN_is_odd(exponent.get()) == 0) {
    return bad(kCode, kOddKey);
  }
  return bits < kMinBits || BN_cmp(exponent.get(), least.get()) < 0 ? bad(kCode, kWeakKey) : good(kCode);
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

}  // namespace

SignatureCheck check_key(X509* certificate) {
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  if (key == nullptr) return bad("signature", kOddKey);
  const int kind = EVP_PKEY_get_base_id(key);
  if (kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS) return judge_rsa(key);
  return EVP_PKEY_get_security_bits(key) < kMinSecurityBits ? bad("signature", kWeakKey) : good("signature");
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
