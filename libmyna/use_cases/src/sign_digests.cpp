// SPDX-License-Identifier: Apache-2.0
#include "myna/use_cases/sign_digests.hpp"

#include "myna/use_cases/spend_pin.hpp"
#include "require_certificate.hpp"

namespace myna {
namespace {

struct KeyUse {
  KeyKind key;
  CertificateKind signer, issuer;
};

Result<KeyUse> use_of(const Pin& pin) {
  if (pin.row().kind == PinKind::auth) return KeyUse{KeyKind::auth, CertificateKind::auth, CertificateKind::auth_ca};
  if (pin.row().kind == PinKind::sign) return KeyUse{KeyKind::sign, CertificateKind::sign, CertificateKind::sign_ca};
  return fail(Errc::invalid_argument);
}

Status is_readable(ByteView der, const CertificateRow& row) {
  const auto fields = parse_certificate(der);
  return fields ? Status{} : Status{Unexpected(about(fields.error(), &row.title))};
}

// Before anything is signed that could not be checked.
Status is_usable(ByteView der, const CertificateRow& row) {
  const auto key = certificate_rsa_key(der);
  return key ? is_readable(der, row) : Status{Unexpected(about(key.error(), &row.title))};
}

// The issuer's certificate is free and longer than 256 bytes: read before the VERIFY it also tells whether extended length works.
Status before_verify(JpkiApplication& jpki, const SignRequest& request, const KeyUse& use, SignerCertificates& certificates) {
  if (request.insist) MYNA_CHECK(require_certificate(jpki, use.signer));
  if (!request.issuer) return request.signer ? jpki.learn_extended_length() : Status{};
  MYNA_TRY(certificates.issuer, jpki.certificate(use.issuer));
  return request.lenient ? Status{} : is_readable(certificates.issuer.view(), certificate_row(jpki.profile(), use.issuer));
}

Status after_verify(JpkiApplication& jpki, const SignRequest& request, const KeyUse& use, SignerCertificates& certificates) {
  if (!request.signer) return {};
  MYNA_TRY(certificates.signer, jpki.certificate(use.signer));
  return is_usable(certificates.signer.view(), certificate_row(jpki.profile(), use.signer));
}

// A DigestInfo of SHA-256 ends with the hash, which is what PSS takes.
Result<Bytes> sign_one(JpkiApplication& jpki, KeyKind key, bool pss, ByteView digest_info) {
  constexpr std::size_t kSha256 = 32;
  return pss ? jpki.sign_pss(key, digest_info.last(kSha256)) : jpki.sign(key, digest_info);
}

}  // namespace

Status sign_digests(MyNumberCard& card, SignRequest&& request, const CardPolicy& policy, SignerCertificates& certificates,
                    const std::function<Status(const SignOne&)>& work) {
  MYNA_CHECK(use_of(request.pin));
  MYNA_TRY(auto transaction, card.begin());
  MYNA_CHECK(above_floor(transaction, request.pin, policy));
  MYNA_TRY(auto jpki, JpkiApplication::select(transaction, *policy.profile));
  return sign_digests(card, jpki, std::move(request), policy, certificates, work);
}

Status sign_digests(MyNumberCard& card, JpkiApplication& jpki, SignRequest&& request, const CardPolicy& policy,
                    SignerCertificates& certificates, const std::function<Status(const SignOne&)>& work) {
  MYNA_TRY(const KeyUse use, use_of(request.pin));
  MYNA_CHECK(before_verify(jpki, request, use, certificates));
  MYNA_CHECK(spend_pin(card, jpki, std::move(request.pin), policy));
  MYNA_CHECK(after_verify(jpki, request, use, certificates));
  return work([&](ByteView digest_info) { return sign_one(jpki, use.key, request.pss, digest_info); });
}

Result<SignedDigest> sign_digest(MyNumberCard& card, Pin&& pin, ByteView digest_info, const CardPolicy& policy,
                                 std::chrono::sys_seconds now, bool test_issuers) {
  SignedDigest made;
  const auto sign = [&](const SignOne& sign_one) -> Status {
    MYNA_TRY(made.value, sign_one(digest_info));
    return {};
  };
  MYNA_CHECK(sign_digests(card, SignRequest{.pin = std::move(pin), .lenient = true}, policy, made.certificates, sign));
  MYNA_TRY(const auto key, certificate_rsa_key(made.certificates.signer.view()));
  MYNA_CHECK(key->verify_pkcs1(digest_info, made.value));
  made.chain = judge_chain(made.certificates.signer.view(), made.certificates.issuer.view(), now, test_issuers);
  return made;
}

}  // namespace myna
