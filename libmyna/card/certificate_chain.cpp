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

Proof judge_chain(ByteView certificate, ByteView issuer, std::chrono::sys_seconds now, bool test_issuers) {
  const auto issued = is_issued_by(certificate, issuer);
  if (!issued || !*issued) return Proof::failed;
  const auto fields = parse_certificate(certificate);
  const bool current = fields && now >= fields->not_before && now <= fields->not_after;
  return current && is_trusted(issuer, test_issuers) ? Proof::proven : Proof::not_proven;
}

}  // namespace myna
