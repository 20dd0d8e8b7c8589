// SPDX-License-Identifier: Apache-2.0
// Verification of XML signatures: structure, references, value, coverage, certificate, each a check of its own.
#include <openssl/bn.h>
#include <openssl/core_names.h>

#include <algorithm>

#include "report/checks.hpp"
#include "xml_coverage.hpp"
#include "xml_structure.hpp"
#include "xml_xades_checks.hpp"

namespace myna {
namespace {

using namespace openssl;
using namespace xml;

constexpr std::string_view kSignatureCode = "signature";
constexpr Text kDtd{"a DTD: it could define entities and Ids, and is refused", "DTDを含む文書は受け付けません（実体やIdを定義できるため）"};
constexpr Text kUnsigned{"there is no signature in this document", "この文書には署名がありません"};
constexpr Text kManySignatures{"too many signatures", "署名が多すぎます"};
constexpr Text kKeyValue{"a bare key (KeyValue) and no certificate: it proves nothing about anybody", "証明書がなく鍵のみ（KeyValue）のため、署名者を確認できません"};
constexpr Text kNoCertificate{"the signer's certificate is not in the signature", "署名者の証明書が含まれていません"};
constexpr Text kMismatch{"the signature does not fit the certificate", "署名値が証明書と一致しません"};
constexpr Text kKey{"the key is no RSA key of 2048 to 8192 bits", "鍵がRSA 2048〜8192ビットではありません"};
constexpr Text kExponent{"the key's public exponent is too large or too small", "鍵の公開指数が大きすぎるか小さすぎます"};

constexpr int kMinBits = 2048;
constexpr int kMaxBits = 8192;
constexpr int kMaxExponentBits = 32;

using Number = Owner<BIGNUM, BN_free>;

// Before the key is used: a huge exponent makes one verification take minutes.
std::optional<Text> key_problem(const EVP_PKEY* key) {
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) return kKey;
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < kMinBits || bits > kMaxBits) return kKey;
  BIGNUM* e = nullptr;
  if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) != 1) return kKey;
  const Number exponent(e);
  return BN_num_bits(e) > kMaxExponentBits || BN_is_one(e) || !BN_is_odd(e) ? std::optional(kExponent) : std::nullopt;
}

// The certificates of a signature, and which of them is the signer's.
struct Keys {
  std::vector<Certificate> owned;
  Certificates all{sk_X509_new_null()};
  X509* signer = nullptr;
  Bytes signer_der;            // only when the value fits
  SignatureCheck check;
};

bool fits(const SignatureParts& parts, ByteView certificate, ByteView payload) {
  const auto key = certificate_public_key(certificate);
  return key && (*key)->verify_pkcs1(payload, parts.value).has_value();
}

SignatureCheck judge(const SignatureParts& parts, Keys& keys, ByteView payload) {
  if (keys.owned.empty()) return bad(kSignatureCode, parts.has_key_value ? kKeyValue : kNoCertificate);
  Text problem = kMismatch;
  for (std::size_t i = 0; i < keys.owned.size(); ++i) {
    const auto odd = key_problem(X509_get0_pubkey(keys.owned[i].get()));
    if (odd && i == 0) problem = *odd;
    if (odd || !fits(parts, parts.certificates[i], payload)) continue;
    keys.signer = keys.owned[i].get();
    keys.signer_der = parts.certificates[i];
    return good(kSignatureCode);
  }
  keys.signer = keys.owned.front().get();
  return bad(kSignatureCode, problem);
}

Keys keys_of(const SignatureParts& parts) {
  const ErrorScope errors;
  Keys keys;
  for (const Bytes& der : parts.certificates) {
    auto certificate = certificate_from(der);
    if (!certificate) {
      keys.owned.clear();
      break;
    }
    keys.owned.push_back(*std::move(certificate));
  }
  for (const Certificate& one : keys.owned) {
    X509_up_ref(one.get());
    sk_X509_push(keys.all.get(), one.get());
  }
  const auto form = canonical({parts.signature->doc, parts.signed_info, nullptr}, parts.method);
  const auto payload = form ? digest_info(parts.digest, hash(parts.digest, *form)) : Result<Bytes>(fail(Errc::malformed));
  keys.check = payload ? judge(parts, keys, *payload) : bad(kSignatureCode, kMismatch);
  return keys;
}

SignatureCheck check_references(const std::vector<ReferenceOutcome>& outcomes) {
  const auto found = std::ranges::find_if(outcomes, [](const ReferenceOutcome& o) { return o.problem.has_value(); });
  return found == outcomes.end() ? good("references") : bad("references", *found->problem);
}

XmlSignerReport with_one_check(SignatureCheck check, std::string id = {}) {
  XmlSignerReport report;
  report.id = std::move(id);
  report.checks = {check};
  return report;
}

XmlSignerReport report_on(const xmlNode* signature, const XmlVerifyOptions& options) {
  const SignatureParts parts = take_apart(signature);
  if (parts.problem) return with_one_check(bad("form", *parts.problem), attribute(signature, "Id").value_or(""));
  std::vector<ReferenceOutcome> outcomes;
  for (const xmlNode* reference : parts.references) outcomes.push_back(check_reference(reference, options.files));
  const Keys keys = keys_of(parts);
  const XadesOutcome xades = check_xades(parts, outcomes, keys.signer_der, options);
  XmlSignerReport report = with_one_check(good("form"), attribute(signature, "Id").value_or(""));
  report.claimed_time = xades.claimed_time;
  report.stamps = xades.stamps;
  report.covered = covered_names(parts, outcomes);
  report.checks.insert(report.checks.end(), {check_references(outcomes), keys.check, xades.signing_certificate,
                                             check_coverage(parts, outcomes, options.used_elements)});
  add_certificate_checks(report, {.certificate = keys.signer, .others = keys.all.get()}, options);
  return report;
}

}  // namespace

Result<std::vector<XmlSignerReport>> verify_xml(const DocumentInput& document, const XmlVerifyOptions& options) {
  MYNA_TRY(const Bytes bytes, read_all(document, kMaxDocument));
  const auto tree = parse(bytes);
  if (!tree && tree.error().code == Errc::document_unsupported) return std::vector{with_one_check(bad("form", kDtd))};
  if (!tree) return Unexpected(tree.error());
  const auto signatures = descendants(xmlDocGetRootElement(tree->get()), "Signature");
  if (signatures.empty()) return std::vector{with_one_check(bad(kSignatureCode, kUnsigned))};
  if (signatures.size() > kMaxSignatures) return std::vector{with_one_check(bad("form", kManySignatures))};
  std::vector<XmlSignerReport> reports;
  for (const xmlNode* signature : signatures) reports.push_back(report_on(signature, options));
  return reports;
}

}  // namespace myna
