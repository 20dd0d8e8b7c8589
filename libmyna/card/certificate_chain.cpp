// SPDX-License-Identifier: Apache-2.0
#include "myna/authenticity.hpp"
#include "myna/issuers.hpp"

namespace myna {
namespace {

bool is_trusted(ByteView issuer, bool test_issuers) {
  if (issuer_by_fingerprint(hash(Digest::sha256, issuer)) != nullptr) return true;
  const auto fields = parse_certificate(issuer);
  return test_issuers && fields && names_virtual_card(fields->subject.text);
}

}  // namespace

Result<std::unique_ptr<PublicKey>> certificate_rsa_key(ByteView der) {
  MYNA_TRY(const CertificateFields fields, parse_certificate(der));
  if (fields.key_type != "RSA") return fail(Errc::key_unsupported);
  return certificate_public_key(der);
}

Proof judge_chain(ByteView certificate, ByteView issuer, std::chrono::sys_seconds now, bool test_issuers) {
  const auto issued = is_issued_by(certificate, issuer);
  if (!issued) return Proof::not_proven;   // one of them is no certificate: that contradicts nothing
  if (!*issued) return Proof::failed;
  const auto fields = parse_certificate(certificate);
  const bool current = fields && now >= fields->not_before && now <= fields->not_after;
  return current && is_trusted(issuer, test_issuers) ? Proof::proven : Proof::not_proven;
}

}  // namespace myna
