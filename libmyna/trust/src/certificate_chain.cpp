// SPDX-License-Identifier: Apache-2.0
#include "myna/trust/authenticity.hpp"
#include "myna/trust/issuers.hpp"

namespace myna {
namespace {

bool is_trusted(ByteView issuer, bool test_issuers) {
  if (issuer_by_fingerprint(hash(Digest::sha256, issuer)) != nullptr) return true;
  const auto fields = parse_certificate(issuer);
  return test_issuers && fields && names_virtual_card(fields->subject.text);
}

// Every generation has the same names, so key identifiers tell whether the certificate names this CA (docs/card/certificates.md).
bool is_named_issuer(const CertificateFields& certificate, const CertificateFields& issuer) {
  return !certificate.authority_key_id.empty() && equal(certificate.authority_key_id, issuer.subject_key_id);
}

}  // namespace

Result<std::unique_ptr<PublicKey>> certificate_rsa_key(ByteView der) {
  MYNA_TRY(const CertificateFields fields, parse_certificate(der));
  if (fields.key_type != "RSA") return fail(Errc::key_unsupported);
  return certificate_public_key(der);
}

Verdict judge_chain(ByteView certificate, ByteView issuer, std::chrono::sys_seconds now, bool test_issuers) {
  if (certificate.empty() || issuer.empty()) return not_proven(Reason::not_read);
  const auto fields = parse_certificate(certificate), ca = parse_certificate(issuer);
  const auto issued = is_issued_by(certificate, issuer);
  if (!fields || !ca || !issued) return not_proven(Reason::unreadable);
  if (!*issued) return is_named_issuer(*fields, *ca) ? failed(Reason::contradiction) : not_proven(Reason::unknown_issuer);
  if (!is_trusted(issuer, test_issuers)) return not_proven(Reason::unknown_issuer);
  return now >= fields->not_before && now <= fields->not_after ? kProven : not_proven(Reason::out_of_date);
}

}  // namespace myna
