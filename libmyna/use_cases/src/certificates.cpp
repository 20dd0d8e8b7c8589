// SPDX-License-Identifier: Apache-2.0
#include "myna/use_cases/certificates.hpp"

#include "myna/core/hex.hpp"
#include "myna/use_cases/spend_pin.hpp"
#include "require_certificate.hpp"

namespace myna {
namespace {

// Extended length is learned while no PIN is open.
Status open_certificate(MyNumberCard& card, JpkiApplication& jpki, CertificateRequest& request, const CardPolicy& policy) {
  if (request.insist) MYNA_CHECK(require_certificate(jpki, request.kind));
  MYNA_CHECK(jpki.learn_extended_length());
  return spend_pin(card, jpki, *std::move(request.pin), policy);
}

}  // namespace

Status require_certificate(JpkiApplication& jpki, CertificateKind kind) {
  MYNA_TRY(const bool held, jpki.holds(kind));
  return held ? Status{} : Status{Unexpected(about(fail(Errc::certificate_absent).error(), &certificate_row(jpki.profile(), kind).title))};
}

Result<SecretBytes> read_certificate(MyNumberCard& card, CertificateRequest&& request, const CardPolicy& policy) {
  MYNA_TRY(auto transaction, card.begin());
  if (request.pin) MYNA_CHECK(above_floor(transaction, *request.pin, policy));
  MYNA_TRY(auto jpki, JpkiApplication::select(transaction, *policy.profile));
  if (request.pin) MYNA_CHECK(open_certificate(card, jpki, request, policy));
  return jpki.certificate(request.kind);
}

std::string link_of(ByteView key, const CertificateFields& certificate) {
  Bytes data = certificate.authority_key_id;
  append(data, certificate.serial);
  return to_hex(hmac_sha256(key, data));
}

}  // namespace myna
