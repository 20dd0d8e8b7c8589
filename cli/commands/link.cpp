// SPDX-License-Identifier: Apache-2.0
// myna link
#include <fcntl.h>
#include <unistd.h>

#include "cli/files/file_stream.hpp"
#include "cli/terminal/pin_input.hpp"
#include "myna/core/hex.hpp"
#include "myna/crypto/crypto.hpp"

namespace myna::cli {
namespace {

constexpr std::size_t kMinKey = 16;

// HMAC-SHA-256 of the issuer's key identifier and the serial number: the same for every visit with one certificate, and unlinkable for
// whoever has another key or none.
Result<std::string> pseudonym(ByteView key, ByteView certificate) {
  MYNA_TRY(const CertificateFields fields, parse_certificate(certificate));
  Bytes data = fields.authority_key_id;
  append(data, fields.serial);
  return to_hex(hmac_sha256(key, data));
}

Result<SecretBytes> read_certificate(Context& context, OpenCard& card) {
  auto der = in_jpki(card, [](JpkiApplication& jpki) { return jpki.certificate(CertificateKind::auth); });
  if (der || der.error().code != Errc::access_denied) return der;   // behind its PIN (docs/card/phones.md)
  MYNA_TRY(auto pin, obtain_pin<PinKind::auth>(context, card, require_auth_certificate));
  return in_jpki(card, [&](JpkiApplication& jpki) -> Result<SecretBytes> {
    MYNA_CHECK(use_pin(context, card, jpki, std::move(pin)));
    return jpki.certificate(CertificateKind::auth);
  });
}

Status add_old(Context& context, ByteView key) {
  const std::string& path = context.invocation.link.old_certificate;
  if (path.empty()) return {};
  MYNA_TRY(const Bytes certificate, read_der_file(path));
  MYNA_TRY(const std::string old, pseudonym(key, certificate));
  context.output.document()["old_link"] = old;
  context.output.field({"Link before the renewal", "更新前の仮名"}, old);
  return {};
}

Result<SecretBytes> read_key(const Context& context) {
  MYNA_TRY(SecretBytes key, read_secret_file(context.invocation.link.service));
  return key.size() >= kMinKey ? Result<SecretBytes>(std::move(key)) : fail(Errc::malformed);
}

}  // namespace

Exit run_link(Context& context) {
  const auto key = read_key(context);
  if (!key) return context.output.error(key.error(), context.invocation.link.service);
  auto card = open_card(context);
  if (!card) return context.output.error(card.error());
  const auto certificate = read_certificate(context, *card);
  if (!certificate) return context.output.error(certificate.error());
  const auto link = pseudonym(key->view(), certificate->view());
  if (!link) return context.output.error(about(link.error(), &certificate_row(my_number_profile(), CertificateKind::auth).title));
  context.output.document()["link"] = *link;
  context.output.field({"Link", "仮名"}, *link);
  const Status old = add_old(context, key->view());
  return old ? Exit::good : context.output.error(old.error(), context.invocation.link.old_certificate);
}

}  // namespace myna::cli
