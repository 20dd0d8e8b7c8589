// SPDX-License-Identifier: Apache-2.0
// myna link
#include <fcntl.h>
#include <unistd.h>

#include "cli/files/file_stream.hpp"
#include "cli/prompts/pin_input.hpp"
#include "myna/use_cases/certificates.hpp"

namespace myna::cli {
namespace {

constexpr std::size_t kMinKey = 16;

Result<std::string> link_with(ByteView key, ByteView certificate) {
  MYNA_TRY(const CertificateFields fields, parse_certificate(certificate));
  return link_of(key, fields);
}

// The plastic card gives it freely; a phone's lies behind its PIN (docs/card/phones.md).
Result<SecretBytes> read_own_certificate(Context& context, OpenCard& card) {
  auto der = read_certificate(card.card, {.kind = CertificateKind::auth}, context.card_policy());
  if (der || der.error().code != Errc::access_denied) return der;
  MYNA_TRY(Pin pin, obtain_pin(context, card, PinKind::auth, CertificateKind::auth));
  return read_certificate(card.card, {.kind = CertificateKind::auth, .pin = std::move(pin)}, context.card_policy());
}

Status add_old(Context& context, ByteView key) {
  const std::string& path = context.invocation.link.old_certificate;
  if (path.empty()) return {};
  MYNA_TRY(const Bytes certificate, read_der_file(path));
  MYNA_TRY(const std::string old, link_with(key, certificate));
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
  const auto certificate = read_own_certificate(context, *card);
  if (!certificate) return context.output.error(certificate.error());
  const auto link = link_with(key->view(), certificate->view());
  if (!link) return context.output.error(about(link.error(), &certificate_row(my_number_profile(), CertificateKind::auth).title));
  context.output.document()["link"] = *link;
  context.output.field({"Link", "仮名"}, *link);
  const Status old = add_old(context, key->view());
  return old ? Exit::good : context.output.error(old.error(), context.invocation.link.old_certificate);
}

}  // namespace myna::cli
