// SPDX-License-Identifier: Apache-2.0
// Revocation from what the caller has: CRLs and OCSP responses. Nothing is fetched, and without them nothing is claimed.
#include <openssl/ocsp.h>
#include <openssl/x509_vfy.h>

#include "checks.hpp"

namespace myna {
namespace {

using namespace openssl;

using Crl = Owner<X509_CRL, X509_CRL_free>;
using OcspResponse = Owner<OCSP_RESPONSE, OCSP_RESPONSE_free>;
using Basic = Owner<OCSP_BASICRESP, OCSP_BASICRESP_free>;
using CertificateId = Owner<OCSP_CERTID, OCSP_CERTID_free>;
using Store = Owner<X509_STORE, X509_STORE_free>;
using StoreContext = Owner<X509_STORE_CTX, X509_STORE_CTX_free>;

constexpr std::string_view kRevocationCode = "revocation";
constexpr Text kRevoked{"the certificate was revoked", "証明書は失効しています"};
constexpr Text kUseless{"the given CRL or OCSP response does not tell (another issuer, not current, or damaged)",
                        "指定されたCRL/OCSP応答では判定できません（発行者違い、期限切れ、破損）"};

enum class Verdict { unknown, good, revoked };

// A store that trusts exactly the root of this chain.
Store root_store(const ChainResult& chain, std::chrono::sys_seconds at) {
  Store store(X509_STORE_new());
  X509_STORE_add_cert(store.get(), sk_X509_value(chain.chain.get(), sk_X509_num(chain.chain.get()) - 1));
  X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store.get()), at.time_since_epoch().count());
  return store;
}

Verdict by_crl(const ChainResult& chain, ByteView der, std::chrono::sys_seconds at) {
  const unsigned char* from = der.data();
  const Crl crl(d2i_X509_CRL(nullptr, &from, static_cast<long>(der.size())));
  const Store store = root_store(chain, at);
  const StoreContext context(X509_STORE_CTX_new());
  if (!crl || from != der.data() + der.size() || X509_STORE_add_crl(store.get(), crl.get()) != 1) return Verdict::unknown;
  X509_STORE_CTX_init(context.get(), store.get(), sk_X509_value(chain.chain.get(), 0), chain.chain.get());
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_CRL_CHECK);
  // The certificate's own dates are another check: here its revocation is asked even after its end.
  X509_STORE_CTX_set_verify_cb(context.get(), [](int ok, X509_STORE_CTX* c) {
    const int error = X509_STORE_CTX_get_error(c);
    return ok == 1 || error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID ? 1 : 0;
  });
  if (X509_verify_cert(context.get()) == 1) return Verdict::good;
  return X509_STORE_CTX_get_error(context.get()) == X509_V_ERR_CERT_REVOKED ? Verdict::revoked : Verdict::unknown;
}

constexpr long kClockSkew = 300;   // seconds

bool is_current(ASN1_GENERALIZEDTIME* from, ASN1_GENERALIZEDTIME* until, std::chrono::sys_seconds at) {
  std::time_t early = at.time_since_epoch().count() + kClockSkew, late = at.time_since_epoch().count() - kClockSkew;
  return X509_cmp_time(from, &early) <= 0 && (until == nullptr || X509_cmp_time(until, &late) >= 0);
}

Verdict by_ocsp(const ChainResult& chain, ByteView der, std::chrono::sys_seconds at) {
  const unsigned char* from = der.data();
  const OcspResponse response(d2i_OCSP_RESPONSE(nullptr, &from, static_cast<long>(der.size())));
  if (!response || from != der.data() + der.size() || OCSP_response_status(response.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    return Verdict::unknown;
  }
  const Basic basic(OCSP_response_get1_basic(response.get()));
  const Store store = root_store(chain, at);
  if (!basic || OCSP_basic_verify(basic.get(), chain.chain.get(), store.get(), 0) != 1) return Verdict::unknown;
  const CertificateId id(OCSP_cert_to_id(nullptr, sk_X509_value(chain.chain.get(), 0), sk_X509_value(chain.chain.get(), 1)));
  int status = 0, reason = 0;
  ASN1_GENERALIZEDTIME *revoked = nullptr, *produced = nullptr, *next = nullptr;
  if (!id || OCSP_resp_find_status(basic.get(), id.get(), &status, &reason, &revoked, &produced, &next) != 1) return Verdict::unknown;
  if (status == V_OCSP_CERTSTATUS_REVOKED) return Verdict::revoked;
  const bool good = status == V_OCSP_CERTSTATUS_GOOD && is_current(produced, next, at);
  return good ? Verdict::good : Verdict::unknown;
}

// One answer that says "revoked" decides; otherwise one good answer is enough.
Verdict combine(Verdict so_far, Verdict next) {
  if (so_far == Verdict::revoked || next == Verdict::revoked) return Verdict::revoked;
  return so_far == Verdict::good ? so_far : next;
}

}  // namespace

SignatureCheck check_revocation(const ChainResult& chain, const VerifyOptions& options, std::chrono::sys_seconds at) {
  const ErrorScope errors;
  if (options.crls.empty() && options.ocsp_responses.empty()) {
    return not_checked(kRevocationCode, {"only registered verifiers may ask J-LIS; --crl and --ocsp-response take what you have",
                               "J-LISに照会できるのは登録された検証者のみ。--crl / --ocsp-response で指定できます"});
  }
  if (!chain.chain || sk_X509_num(chain.chain.get()) < 2) return not_checked(kRevocationCode, {"there is no chain", "チェーンがありません"});
  Verdict verdict = Verdict::unknown;
  for (const Bytes& crl : options.crls) verdict = combine(verdict, by_crl(chain, crl, at));
  for (const Bytes& response : options.ocsp_responses) verdict = combine(verdict, by_ocsp(chain, response, at));
  if (verdict == Verdict::good) return good(kRevocationCode);
  return bad(kRevocationCode, verdict == Verdict::revoked ? kRevoked : kUseless);
}

}  // namespace myna
